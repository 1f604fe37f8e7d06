package org.pinisi.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// OpenSSH's real `sshd`, for the user who runs the test. Its host has an Ed25519 and an RSA key; one key
/// may sign in.
final class SshdRemote implements Remote {
    private final Path folder;
    private final Path root;
    private final int port;
    private final Process process;

    /// @param more lines of its configuration
    SshdRemote(Path folder, String... more) throws Exception {
        this.folder = folder;
        root = Files.createDirectories(folder.resolve("root"));
        Files.createDirectories(Path.of("/run/sshd"));
        key("host_ed25519", "-t", "ed25519");
        key("host_rsa", "-t", "rsa", "-b", "2048");
        key("client", "-t", "ed25519");
        key("stranger", "-t", "ed25519");
        Files.copy(folder.resolve("client.pub"), folder.resolve("authorized_keys"));
        port = Remote.freePort();
        Path config = folder.resolve("sshd_config");
        Files.writeString(config, """
                Port %d
                ListenAddress 127.0.0.1
                HostKey %s
                HostKey %s
                AuthorizedKeysFile %s
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin yes
                MaxAuthTries 3
                %s
                """.formatted(
                        port,
                        folder.resolve("host_ed25519"),
                        folder.resolve("host_rsa"),
                        folder.resolve("authorized_keys"),
                        String.join("\n", more)));
        process = Remote.start(folder, port, List.of("/usr/sbin/sshd", "-D", "-e", "-f", config.toString()));
    }

    /// Makes a pair of keys in the server's folder.
    Path key(String name, String... options) throws Exception {
        Path file = folder.resolve(name);
        java.util.ArrayList<String> command =
                new java.util.ArrayList<>(List.of("ssh-keygen", "-q", "-C", "tester", "-f", file.toString()));
        command.addAll(List.of(options));
        if (!command.contains("-N")) {
            command.addAll(List.of("-N", ""));
        }
        Process keygen = new ProcessBuilder(command).inheritIO().start();
        if (!keygen.waitFor(60, TimeUnit.SECONDS) || keygen.exitValue() != 0) {
            throw new IOException("ssh-keygen failed");
        }
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    int port() {
        return port;
    }

    /// A file that names a key of this host: `host_ed25519`, `host_rsa` or any other.
    Path knownHosts(String key) throws IOException {
        Path file = Files.createTempFile(folder, "known", "_hosts");
        String[] words = Files.readString(folder.resolve(key + ".pub")).split(" ");
        Files.writeString(file, "[127.0.0.1]:%d %s %s%n".formatted(port, words[0], words[1]));
        return file;
    }

    @Override
    public Path root() {
        return root;
    }

    @Override
    public RemoteUrl url(String name) {
        return RemoteUrl.parse("ssh://" + System.getProperty("user.name") + "@127.0.0.1:" + port + root.resolve(name));
    }

    @Override
    public void close() {
        Remote.stop(process);
    }
}
