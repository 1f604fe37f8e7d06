package org.pinisi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.pinisi.certificates.PassPhrase;
import org.pinisi.git.RemoteUrl;
import org.pinisi.host.HostConfig;
import org.pinisi.vault.Vault;

/// Where an installation keeps everything: the one place that knows the names.
///
/// @param root absolute and without symbolic links
record DataFolder(Path root) {
    /// A socket's name has at most 107 bytes (unix(7)); the longest of ours has 13 after its folder.
    private static final int LONGEST_SOCKET_FOLDER = 80;

    private static final int LONGEST_SITE_NAME = 60;

    /// @param given as on the command line; made when missing
    static DataFolder of(Path given) {
        try {
            Path absolute = given.toAbsolutePath().normalize();
            if (Files.notExists(absolute)) {
                Files.createDirectories(absolute.getParent());
                Files.createDirectory(
                        absolute, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return new DataFolder(absolute.toRealPath());
        } catch (IOException failure) {
            throw new CommandException(
                    ExitCodes.FAILED, "cannot use the data folder " + given + " (--data): " + failure);
        }
    }

    /// For commands that only look: a folder that is not there is not made.
    static DataFolder existing(Path given) {
        if (!Files.isDirectory(given)) {
            throw new CommandException(
                    ExitCodes.NOT_RUNNING,
                    "there is no data folder " + given.toAbsolutePath()
                            + "; start with `pinisi up`, or name another with --data");
        }
        return of(given);
    }

    Path git() {
        return root.resolve("git");
    }

    /// Where `pinisi site` keeps what it knows of this remote.
    Path site(RemoteUrl remote) {
        return root.resolve("sites").resolve(nameOf(remote));
    }

    /// Where `pinisi edge --config` keeps what it fetched of this remote.
    Path edgeConfiguration(RemoteUrl remote) {
        return edge().resolve("configuration").resolve(nameOf(remote));
    }

    private static String nameOf(RemoteUrl remote) {
        String name = (remote.host() + remote.path()).replaceAll("[^A-Za-z0-9]+", "-");
        String start = name.length() > LONGEST_SITE_NAME ? name.substring(name.length() - LONGEST_SITE_NAME) : name;
        return start.replaceAll("^-+", "") + "-" + digest(remote.toString());
    }

    Path log() {
        return root.resolve("log");
    }

    Path hostKey() {
        return root.resolve("ssh/host_key");
    }

    Path authorizedKeys() {
        return root.resolve("ssh/authorized_keys");
    }

    Path edge() {
        return root.resolve("edge");
    }

    /// The repository with the certificates of this installation.
    Path book() {
        return root.resolve("certificates/book.git");
    }

    /// Our copy of a book that lies elsewhere.
    Path book(RemoteUrl remote) {
        return root.resolve("certificates").resolve(nameOf(remote) + ".git");
    }

    /// What opens that book: the key that seals secrets. The caller closes it.
    PassPhrase bookPhrase() throws IOException {
        // Made where there is none, and refused where others may read it.
        Vault.open(key());
        byte[] key = Files.readAllBytes(key());
        try {
            return PassPhrase.key(key);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    Path controlSocket() {
        return sockets().resolve("control.sock");
    }

    Path hostSocket() {
        return sockets().resolve("host.sock");
    }

    Path edgeSocket() {
        return sockets().resolve("edge.sock");
    }

    /// A short name for this folder, for places outside of it.
    String fingerprint() {
        return digest(root.toString());
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }

    /// The key that seals secrets: outside of the data folder, so that a copy of the folder gives nothing
    /// away.
    Path key() {
        String configured = System.getenv("XDG_CONFIG_HOME");
        Path home = configured == null || configured.isBlank()
                ? Path.of(System.getProperty("user.home"), ".config")
                : Path.of(configured);
        return home.resolve("pinisi").resolve(fingerprint() + ".key");
    }

    /// What no unit and no build may see: everything in here, and the key.
    List<Path> hidden() {
        return List.of(root, key().toAbsolutePath().resolveSibling(""));
    }

    /// How the host is set up on this folder.
    HostConfig hostConfig(Vault vault) {
        return new HostConfig(
                root.resolve("host"),
                hostSocket(),
                vault,
                hidden(),
                List.of(),
                HostConfig.DEFAULT_CONSOLE_BYTES,
                HostConfig.DEFAULT_REMOVED_CONSOLES,
                InstantSource.system());
    }

    /// `run` inside the folder; for a folder whose path is too long for a socket, a private one for
    /// run-time files.
    private Path sockets() {
        Path inside = root.resolve("run");
        if (inside.toString().getBytes(UTF_8).length <= LONGEST_SOCKET_FOLDER) {
            return made(inside);
        }
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        Path outside = runtime == null || runtime.isBlank() ? Path.of("/tmp") : Path.of(runtime);
        return made(outside.resolve("pinisi-" + System.getProperty("user.name") + "-" + fingerprint()));
    }

    private static Path made(Path folder) {
        try {
            if (Files.notExists(folder, LinkOption.NOFOLLOW_LINKS)) {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            boolean ours = Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS)
                            .getName()
                            .equals(System.getProperty("user.name"));
            if (!ours) {
                throw new CommandException(ExitCodes.FAILED, folder + " belongs to somebody else; move it away");
            }
            return folder;
        } catch (IOException failure) {
            throw new CommandException(ExitCodes.FAILED, "cannot make the folder " + folder + ": " + failure);
        }
    }

    /// Taken by the one control plane that may work on the folder; held until closed, or until the process
    /// dies.
    ///
    /// @return empty when another process holds it
    Optional<FileLock> lock() {
        try {
            FileChannel channel = FileChannel.open(
                    root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(lock);
        } catch (OverlappingFileLockException held) {
            return Optional.empty();
        } catch (IOException failure) {
            throw new CommandException(ExitCodes.FAILED, "cannot lock the data folder " + root + ": " + failure);
        }
    }

    /// A small remembered fact; empty when there is none.
    Optional<String> remembered(String name) {
        try {
            Path file = root.resolve(name);
            return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
        } catch (IOException failure) {
            throw new CommandException(ExitCodes.FAILED, "cannot read " + root.resolve(name) + ": " + failure);
        }
    }

    void remember(String name, String value) {
        Path fresh = root.resolve(name + ".new");
        try {
            try (FileChannel channel = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                channel.write(ByteBuffer.wrap((value + "\n").getBytes(UTF_8)));
                channel.force(true);
            }
            Files.move(fresh, root.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new CommandException(ExitCodes.FAILED, "cannot write " + root.resolve(name) + ": " + failure);
        }
    }
}
