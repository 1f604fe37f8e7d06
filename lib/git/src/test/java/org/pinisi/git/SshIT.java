package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The SSH server, against OpenSSH's client.
class SshIT {
    @TempDir
    Path folder;

    private GitServer server;

    @BeforeEach
    void start() throws Exception {
        server = new GitServer(folder, GitLimits.DEFAULT);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aKeyThatIsNotInTheFileIsRefused() throws Exception {
        server.makeKey("stranger");
        Git git = server.client("one").with("GIT_SSH_COMMAND", server.sshCommand("stranger"));

        String printed = git.fails("push", server.address("ssh", "one"), "main");

        assertThat(printed).contains("Permission denied (publickey)");
        assertThat(server.store.list()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-t ecdsa -b 256", "-t ecdsa -b 384", "-t ecdsa -b 521", "-t rsa -b 3072", "-t ed25519"})
    void eachTypeOfKeyMaySignInAsSoonAsItIsInTheFile(String type) throws Exception {
        server.makeKey("other", type.split(" "));
        Git git = server.client("one").with("GIT_SSH_COMMAND", server.sshCommand("other"));
        git.fails("push", server.address("ssh", "one"), "main");

        authorize("restrict,no-pty ", "other");

        git.ok("push", server.address("ssh", "one"), "main");
        assertThat(server.listener.accepted.getFirst().pusher()).isEqualTo("tester");
    }

    @Test
    void aKeyTakenOutOfTheFileMayNotSignInAnyMore() throws Exception {
        Git git = server.client("one");
        git.ok("push", server.address("ssh", "one"), "main");

        Files.writeString(folder.resolve("authorized_keys"), "# nobody\n");

        git.fails("push", server.address("ssh", "one"), "main:other");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"from=\"10.0.0.1\" ", "command=\"/bin/true\" ", "cert-authority ", "expiry-time=\"20200101\" "})
    void aKeyWhoseRestrictionWouldNotBeKeptIsRefused(String options) throws Exception {
        server.makeKey("other");
        authorize(options, "other");
        Git git = server.client("one").with("GIT_SSH_COMMAND", server.sshCommand("other"));

        assertThat(git.fails("push", server.address("ssh", "one"), "main")).contains("Permission denied");
    }

    @Test
    void aFileThatOthersMayWriteLetsNobodyIn() throws Exception {
        Files.setPosixFilePermissions(folder.resolve("authorized_keys"), PosixFilePermissions.fromString("rw-rw-rw-"));

        assertThat(server.client("one").fails("ls-remote", server.address("ssh", "one")))
                .contains("Permission denied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sh",
                "ls -l",
                "git-receive-pack '../../etc'",
                "git-receive-pack '/etc/passwd'",
                "git-receive-pack 'One.git'",
                "git-receive-pack 'one.git'; id",
                "git-receive-pack $(id)",
                "git-upload-archive 'one.git'",
                "git-receive-pack '-one'",
                "scp -t /tmp"
            })
    void everythingButGitIsRefusedWithAClearLine(String command) throws Exception {
        Git.Result result = ssh(command.isEmpty() ? List.of() : List.of(command));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.text()).contains("This server takes git pushes and fetches only");
        assertThat(server.store.list()).isEmpty();
    }

    @Test
    void fileTransferAndForwardingAreRefused() throws Exception {
        assertThat(ssh(List.of("-s", "sftp")).code()).isNotZero();
        assertThat(ssh(List.of("-W", "127.0.0.1:22")).code()).isNotZero();
        assertThat(ssh(List.of("-o", "ExitOnForwardFailure=yes", "-N", "-R", "0:127.0.0.1:1"))
                        .code())
                .isNotZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"one", "one.git", "one/", "one.git/"})
    void theAddressMayBeWrittenInEachUsualWay(String path) throws Exception {
        Git git = server.client("one");
        String root = "ssh://git@127.0.0.1:" + server.ssh().port() + "/";

        git.ok("push", root + path, "main");

        assertThat(server.store.list()).containsExactly(new RepositoryName("one"));
    }

    @Test
    void theHostKeyIsPrivateStaysTheSameAndHasTheFingerprintThatOpensshShows() throws Exception {
        Path key = folder.resolve("host_key");

        String shown = run("ssh-keygen", "-l", "-f", key.toString()).text();

        assertThat(shown).contains(server.ssh().fingerprint()).contains("ED25519");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        try (GitSsh second = GitSsh.start(
                server.store,
                server.listener,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                key,
                folder.resolve("authorized_keys"))) {
            assertThat(second.fingerprint()).isEqualTo(server.ssh().fingerprint());
        }
    }

    @Test
    void aHostKeyThatOthersMayReadIsRefused() throws Exception {
        Path key = folder.resolve("host_key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> GitSsh.start(
                        server.store,
                        server.listener,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        key,
                        folder.resolve("authorized_keys")))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("chmod 600");
    }

    private void authorize(String options, String key) throws Exception {
        Files.writeString(
                folder.resolve("authorized_keys"),
                "\n" + options + Files.readString(server.home.resolve(key + ".pub")),
                StandardOpenOption.APPEND);
    }

    private Git.Result ssh(List<String> arguments) throws Exception {
        List<String> command =
                new ArrayList<>(Arrays.asList(server.sshCommand("key").split(" ")));
        command.addAll(List.of("-p", Integer.toString(server.ssh().port())));
        int options = (int) arguments.stream()
                .takeWhile(argument -> argument.startsWith("-"))
                .count();
        if (options > 0 && !arguments.getFirst().equals("-s")) {
            command.addAll(arguments);
            command.add("git@127.0.0.1");
        } else {
            command.addAll(arguments.subList(0, options));
            command.add("git@127.0.0.1");
            command.addAll(arguments.subList(options, arguments.size()));
        }
        return run(command.toArray(String[]::new));
    }

    private Git.Result run(String... command) throws Exception {
        Path printed = Files.createTempFile(folder, "printed", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(printed.toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Git.Result(process.exitValue(), Files.readString(printed));
    }
}
