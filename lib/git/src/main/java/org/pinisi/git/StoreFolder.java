package org.pinisi.git;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a store: `NAME.git` for each repository, `.empty.git` to show to the first pusher of a
/// new one, `.lock` against a second store, and `.new-…` and `.gone-…` folders that exist only for
/// moments.
final class StoreFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreFolder.class);
    private static final String SUFFIX = ".git";
    private static final String NEWBORN = "pinisi-newborn";
    private static final String INCOMING = "incoming";
    private static final long LOCK_MILLIS = 3000;
    private static final long LEFT_MILLIS = TimeUnit.DAYS.toMillis(1);

    private final Path root;
    private final FileChannel lock;

    private StoreFolder(Path root, FileChannel lock) {
        this.root = root;
        this.lock = lock;
    }

    static StoreFolder open(Path given) {
        Path root = given.toAbsolutePath().normalize();
        try {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            StoreFolder folder = new StoreFolder(root, lock(root));
            try {
                folder.sweep();
                make(folder.empty(), false);
            } catch (IOException | RuntimeException failure) {
                folder.close();
                throw failure;
            }
            return folder;
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot open the repositories in " + root, failure);
        }
    }

    Path root() {
        return root;
    }

    Path of(RepositoryName name) {
        return root.resolve(name + SUFFIX);
    }

    /// An empty repository that nobody pushes to.
    Path empty() {
        return root.resolve(".empty.git");
    }

    boolean holds(RepositoryName name) {
        return Files.isRegularFile(of(name).resolve("HEAD"));
    }

    static Optional<RepositoryName> name(Path repository) {
        String file = repository.getFileName().toString();
        return file.endsWith(SUFFIX)
                ? RepositoryName.parse(file.substring(0, file.length() - SUFFIX.length()))
                : Optional.empty();
    }

    /// Makes an empty repository; a newborn one is removed by the next sweep unless settled.
    void create(RepositoryName name, boolean newborn) {
        try {
            make(of(name), newborn);
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot make repository " + name, failure);
        }
    }

    void settle(RepositoryName name) {
        try {
            if (Files.deleteIfExists(of(name).resolve(NEWBORN))) {
                Folders.force(of(name));
            }
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot settle repository " + name, failure);
        }
    }

    void remove(RepositoryName name) {
        try {
            Path gone = fresh(".gone-");
            Files.move(of(name), gone, StandardCopyOption.ATOMIC_MOVE);
            Folders.delete(gone);
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot remove repository " + name, failure);
        }
    }

    /// A fresh folder in a repository for the objects of one push.
    static Path incoming(Path repository) throws IOException {
        return incoming(repository, "push-");
    }

    /// A fresh folder in a repository for what arrives from elsewhere.
    static Path incoming(Path repository, String prefix) throws IOException {
        Path all = Files.createDirectories(repository.resolve(INCOMING));
        return Files.createTempDirectory(all, prefix);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failure) {
            LOG.warn("event=store_unlock_failed folder=\"{}\" reason=\"{}\"", root, failure.toString());
        }
    }

    private Path fresh(String prefix) throws IOException {
        Path unused = Files.createTempDirectory(root, prefix);
        Files.delete(unused);
        return unused;
    }

    /// Makes a bare repository unless there is something at `target`.
    static void make(Path target, boolean newborn) throws IOException {
        if (Files.exists(target)) {
            return;
        }
        Path above = Objects.requireNonNull(target.getParent(), "a repository cannot be the root of all files");
        Files.createDirectories(above);
        Path temporary = Files.createTempDirectory(above, ".new-");
        try {
            try (Repository repository = new FileRepositoryBuilder()
                    .setGitDir(temporary.toFile())
                    .setBare()
                    .setInitialBranch("main")
                    .build()) {
                repository.create(true);
                configure(repository.getConfig());
            } catch (org.eclipse.jgit.api.errors.InvalidRefNameException impossible) {
                throw new IOException(impossible);
            }
            if (newborn) {
                Files.createFile(temporary.resolve(NEWBORN));
            }
            forceAll(temporary);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            Folders.force(above);
        } finally {
            Folders.delete(temporary);
        }
    }

    // Written down so that git itself, pushing by path, is as careful as we are.
    private static void configure(StoredConfig config) throws IOException {
        config.setString("core", null, "fsync", "committed");
        config.setBoolean("core", null, "fsyncObjectFiles", true);
        config.setBoolean("core", null, "fsyncRefFiles", true);
        config.setBoolean("receive", null, "autogc", false);
        config.save();
    }

    private static void forceAll(Path folder) throws IOException {
        for (Path path : Folders.all(folder)) {
            Folders.force(path);
        }
    }

    private void sweep() throws IOException {
        List<Path> locks = new ArrayList<>();
        try (Stream<Path> all = Files.list(root)) {
            for (Path path : all.toList()) {
                String file = path.getFileName().toString();
                if (file.startsWith(".new-") || file.startsWith(".gone-")) {
                    Folders.delete(path);
                } else if (name(path).isPresent() && Files.isDirectory(path)) {
                    sweep(path, locks);
                }
            }
        }
        breakLocks(locks);
    }

    private static void sweep(Path repository, List<Path> locks) throws IOException {
        if (Files.exists(repository.resolve(NEWBORN))) {
            LOG.info("event=newborn_removed folder=\"{}\"", repository);
            Folders.delete(repository);
            return;
        }
        Folders.delete(repository.resolve(INCOMING));
        locks(repository, locks);
    }

    /// Takes away what a killed program left behind in a repository that others may be using meanwhile:
    /// locks of refs that nobody holds any more, and what began to arrive more than a day ago.
    static void tidy(Path repository, InstantSource clock) throws IOException {
        Path incoming = repository.resolve(INCOMING);
        if (Files.isDirectory(incoming)) {
            try (Stream<Path> all = Files.list(incoming)) {
                for (Path path : all.toList()) {
                    if (clock.millis() - path.toFile().lastModified() > LEFT_MILLIS) {
                        Folders.delete(path);
                    }
                }
            }
        }
        List<Path> locks = new ArrayList<>();
        locks(repository, locks);
        breakLocks(locks);
    }

    private static void locks(Path repository, List<Path> locks) throws IOException {
        for (String top : List.of("HEAD.lock", "packed-refs.lock", "config.lock")) {
            if (Files.exists(repository.resolve(top))) {
                locks.add(repository.resolve(top));
            }
        }
        if (Files.isDirectory(repository.resolve("refs"))) {
            Folders.all(repository.resolve("refs")).stream()
                    .filter(path -> path.toString().endsWith(".lock"))
                    .forEach(locks::add);
        }
    }

    /// A killed program leaves the lock of a ref behind, which would refuse every later push. Git holds
    /// such a lock for moments only, so one that stays for seconds has no owner.
    private static void breakLocks(List<Path> locks) throws IOException {
        if (locks.isEmpty()) {
            return;
        }
        List<FileTime> times = new ArrayList<>();
        for (Path path : locks) {
            times.add(Files.exists(path) ? Files.getLastModifiedTime(path) : FileTime.fromMillis(0));
        }
        try {
            TimeUnit.MILLISECONDS.sleep(LOCK_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new GitException(GitException.Kind.INTERRUPTED, "opening a repository was interrupted");
        }
        for (int i = 0; i < locks.size(); i++) {
            Path path = locks.get(i);
            if (Files.exists(path) && Files.getLastModifiedTime(path).equals(times.get(i))) {
                LOG.warn("event=stale_lock_removed file=\"{}\"", path);
                Files.deleteIfExists(path);
            }
        }
    }

    private static FileChannel lock(Path root) throws IOException {
        FileChannel channel =
                FileChannel.open(root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException ours) {
            LOG.debug("event=store_locked_by_this_process folder=\"{}\"", root, ours);
        }
        channel.close();
        throw new GitException("the repositories in " + root + " are in use by another Pinisi; stop it first");
    }
}
