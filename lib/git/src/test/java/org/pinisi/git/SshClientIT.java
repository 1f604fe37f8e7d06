package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.git.GitException.Kind;

/// What is SSH's own: keys of hosts and keys of ours, against OpenSSH.
class SshClientIT {
    @TempDir
    static Path shared;

    private static SshdRemote remote;
    private static Git work;

    @BeforeAll
    static void start() throws Exception {
        Disk.measure(shared);
        remote = new SshdRemote(shared, "AcceptEnv GIT_PROTOCOL");
        work = Git.repository(shared.resolve("work"), Files.createDirectories(shared.resolve("home")));
        for (String name : List.of("one.git", "it's !here $(id).git")) {
            work.ok("init", "-q", "--bare", "-b", "main", remote.root().resolve(name).toString());
            work.ok("push", "-q", remote.root().resolve(name).toString(), "main");
        }
    }

    @AfterAll
    static void stop() {
        remote.close();
    }

    @ParameterizedTest(name = "our key: {1}")
    @CsvSource({
        "ed, -t ed25519",
        "rsa, -t rsa -b 3072",
        "p256, -t ecdsa -b 256",
        "p384, -t ecdsa -b 384",
        "p521, -t ecdsa -b 521",
        "pem, -t rsa -b 2048 -m PEM",
        "pkcs8, -t ecdsa -b 256 -m PKCS8"
    })
    void aKeyOfEachTypeSignsIn(String name, String options) throws Exception {
        Path key = remote.key(name, options.split(" "));
        authorize(key);

        assertThat(list(HostKeys.known(remote.knownHosts("host_ed25519")), new SshIdentity.KeyFile(key)))
                .contains(work.head());
    }

    @ParameterizedTest(name = "an encrypted key: {1}")
    @CsvSource({"locked, -t ed25519", "lockedpem, -t rsa -b 2048 -m PEM"})
    void anEncryptedKeySignsInWithItsPassphraseAlone(String name, String options) throws Exception {
        String[] words = Arrays.copyOf(options.split(" "), options.split(" ").length + 2);
        words[words.length - 2] = "-N";
        words[words.length - 1] = "open sesame";
        Path key = remote.key(name, words);
        authorize(key);
        HostKeys known = HostKeys.known(remote.knownHosts("host_ed25519"));

        assertThat(list(known, new SshIdentity.KeyFile(key, () -> Optional.of("open sesame"))))
                .contains(work.head());
        assertThatThrownBy(() -> list(known, new SshIdentity.KeyFile(key, () -> Optional.of("wrong"))))
                .isInstanceOf(GitException.class)
                .hasMessageContaining(key.toString());
        assertThatThrownBy(() -> list(known, new SshIdentity.KeyFile(key)))
                .isInstanceOf(GitException.class)
                .hasMessageContaining(key.toString());
    }

    @Test
    void aKeyThatOthersMayReadIsRefused() throws Exception {
        Path key = remote.key("open", "-t", "ed25519");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> list(HostKeys.unchecked(), new SshIdentity.KeyFile(key)))
                .hasMessageContaining("chmod 600 " + key);
    }

    @ParameterizedTest(name = "an agent with a key: {0}")
    @ValueSource(strings = {"-t ed25519", "-t rsa -b 2048", "-t ecdsa -b 256"})
    void anAgentSigns(String options) throws Exception {
        Path key = remote.key("agent-" + options.hashCode(), options.split(" "));
        authorize(key);
        Path socket = Files.createTempDirectory("agent").resolve("s");
        Process agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Awaitility.await().until(() -> Files.exists(socket));
            ProcessBuilder add = new ProcessBuilder("ssh-add", "-q", key.toString()).inheritIO();
            add.environment().put("SSH_AUTH_SOCK", socket.toString());
            assertThat(add.start().waitFor(20, TimeUnit.SECONDS)).isTrue();
            Files.delete(key);

            assertThat(list(HostKeys.known(remote.knownHosts("host_ed25519")), new SshIdentity.Agent(socket)))
                    .contains(work.head());
        } finally {
            agent.destroy();
        }
    }

    @Test
    void anAgentThatIsNotThereIsNoReasonNotToTryAKey() throws Exception {
        assertThat(list(
                        HostKeys.known(remote.knownHosts("host_ed25519")),
                        new SshIdentity.Agent(shared.resolve("none")),
                        new SshIdentity.KeyFile(remote.file("client"))))
                .contains(work.head());
    }

    @ParameterizedTest(name = "pinned: {0}")
    @ValueSource(strings = {"host_ed25519", "host_rsa"})
    void aHostIsKnownByTheFingerprintOfAnyOfItsKeys(String key) throws Exception {
        String[] words = Files.readString(remote.file(key + ".pub")).split(" ");
        byte[] blob = java.util.Base64.getDecoder().decode(words[1]);
        String fingerprint = SshKeys.fingerprint(blob);
        String typed = key.substring("host_".length()) + fingerprint.substring("SHA256".length());

        for (String pin : List.of(fingerprint, typed, words[1])) {
            assertThat(list(HostKeys.pinned(pin), new SshIdentity.KeyFile(remote.file("client"))))
                    .contains(work.head());
        }
    }

    @ParameterizedTest(name = "known: {0}")
    @ValueSource(strings = {"host_ed25519", "host_rsa"})
    void aHostIsAskedForTheKeyThatIsKnown(String key) throws Exception {
        Path known = remote.knownHosts(key);
        Process hash = new ProcessBuilder("ssh-keygen", "-H", "-f", known.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(hash.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(known)).startsWith("|1|");

        assertThat(list(HostKeys.known(known), new SshIdentity.KeyFile(remote.file("client"))))
                .contains(work.head());
    }

    @Test
    void aNewHostIsAcceptedOnceWhereThatIsWanted() throws Exception {
        HostKeys keys = HostKeys.acceptNew(shared.resolve("new_hosts"));

        assertThat(list(keys, new SshIdentity.KeyFile(remote.file("client")))).contains(work.head());
        assertThat(list(keys, new SshIdentity.KeyFile(remote.file("client")))).contains(work.head());
        assertThat(Files.readAllLines(shared.resolve("new_hosts"))).hasSize(1);
    }

    @Test
    void noCharacterOfAPathMeansAnythingToTheShell() throws Exception {
        RemoteUrl url = new RemoteUrl(
                RemoteUrl.Scheme.SSH,
                remote.url("x").user(),
                Optional.empty(),
                "127.0.0.1",
                remote.port(),
                remote.root() + "/it's !here $(id).git");
        try (GitClient client = client(HostKeys.unchecked(), new SshIdentity.KeyFile(remote.file("client")))) {
            assertThat(client.list(url)).containsEntry("refs/heads/main", work.head());
        }
    }

    @Test
    void aFetchOverSshEndsWhenItsThreadIsInterrupted() throws Exception {
        AtomicReference<GitException> failure = new AtomicReference<>();
        RemoteUrl real = remote.url("one.git");
        try (Meddler meddler = new Meddler(real, Meddler.Mischief.STALL, 2500);
                GitClient client =
                        client(HostKeys.unchecked(), new SshIdentity.KeyFile(remote.file("client")))) {
            Thread thread = Thread.ofVirtual()
                    .start(() -> failure.set(catchThrowableOfType(
                            GitException.class, () -> client.list(meddler.url(real)))));
            assertThat(meddler.reached().await(20, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(failure.get().kind()).isEqualTo(Kind.INTERRUPTED);
    }

    @ParameterizedTest(name = "silent after byte {0}")
    @ValueSource(longs = {0, 10, 500, 2500})
    void aServerThatFallsSilentIsGivenUp(long at) throws Exception {
        RemoteUrl real = remote.url("one.git");
        TransferLimits hasty = TransferLimits.DEFAULT.withTimes(
                Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(30));
        try (Meddler meddler = new Meddler(real, Meddler.Mischief.STALL, at);
                GitClient client = GitClient.builder()
                        .limits(hasty)
                        .hostKeys(HostKeys.unchecked())
                        .identities(new SshIdentity.KeyFile(remote.file("client")))
                        .build()) {
            GitException failure =
                    catchThrowableOfType(GitException.class, () -> client.list(meddler.url(real)));

            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    private static void authorize(Path key) throws Exception {
        Files.writeString(
                remote.file("authorized_keys"), Files.readString(Path.of(key + ".pub")), StandardOpenOption.APPEND);
    }

    private static Optional<CommitId> list(HostKeys keys, SshIdentity... identities) {
        try (GitClient client = client(keys, identities)) {
            return client.find(new RemoteBranch(remote.url("one.git"), "main"));
        }
    }

    private static GitClient client(HostKeys keys, SshIdentity... identities) {
        return GitClient.builder().hostKeys(keys).identities(identities).build();
    }
}
