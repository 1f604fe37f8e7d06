package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.git.GitException.Kind;

/// What is HTTP's own: redirects, credentials, certificates, against nginx.
class HttpRemoteIT {
    @TempDir
    static Path shared;

    private static TestAuthority authority;
    private static NginxRemote plain;
    private static NginxRemote secure;
    private static Git work;

    @BeforeAll
    static void start() throws Exception {
        Disk.measure(shared);
        authority = new TestAuthority(shared.resolve("authority"));
        plain = new NginxRemote(Files.createDirectories(shared.resolve("plain")), Optional.empty());
        secure = new NginxRemote(Files.createDirectories(shared.resolve("secure")), Optional.of(authority));
        work = Git.repository(shared.resolve("work"), Files.createDirectories(shared.resolve("home")));
        for (NginxRemote remote : List.of(plain, secure)) {
            work.ok("init", "-q", "--bare", "-b", "main", remote.root().resolve("one.git").toString());
            work.ok("push", "-q", remote.root().resolve("one.git").toString(), "main");
        }
    }

    @AfterAll
    static void stop() {
        plain.close();
        secure.close();
    }

    /// Answers always the same, and writes down what it is told.
    private static final class FakeSource implements CredentialSource {
        private final Optional<Credential> known;
        private final List<String> told = new ArrayList<>();

        FakeSource(Optional<Credential> known) {
            this.known = known;
        }

        @Override
        public Optional<Credential> find(RemoteUrl remote) {
            told.add("find");
            return known;
        }

        @Override
        public void accepted(RemoteUrl remote, Credential credential) {
            told.add("accepted");
        }

        @Override
        public void rejected(RemoteUrl remote, Credential credential) {
            told.add("rejected");
        }
    }

    @Test
    void userAndPasswordOfTheAddressAreUsed() {
        assertThat(main(GitClient.builder(), plain.url("tester:right@", "private", "one.git")))
                .contains(head());
    }

    @Test
    void aSourceIsAskedOnceAndToldThatItWasRight() {
        FakeSource source = new FakeSource(Optional.of(new Credential("tester", "right")));

        try (GitClient client = GitClient.builder().credentials(source).build();
                GitRepository clone = client.clone(
                        plain.url("", "private", "one.git"), shared.resolve("asked.git"), FetchOptions.DEFAULT)) {
            assertThat(clone.branch("main")).contains(head());
        }

        assertThat(source.told).containsExactly("find", "accepted");
    }

    @Test
    void aSourceIsToldThatItWasWrongAndNotAskedAgain() {
        FakeSource source = new FakeSource(Optional.of(new Credential("tester", "wrong")));

        GitException failure =
                failure(GitClient.builder().credentials(source), plain.url("", "private", "one.git"));

        assertThat(failure.kind()).isEqualTo(Kind.AUTHENTICATION);
        assertThat(source.told).containsExactly("find", "rejected");
    }

    @Test
    void nobodyIsAskedWhereNobodyNeedsTo() {
        FakeSource source = new FakeSource(Optional.of(new Credential("tester", "right")));

        assertThat(main(GitClient.builder().credentials(source), plain.url("one.git"))).contains(head());
        assertThat(source.told).isEmpty();
    }

    @Test
    void gitsOwnHelpersAreAskedAndForgetWhatIsWrong() throws Exception {
        Path home = Files.createDirectories(shared.resolve("helper-home"));
        Path stored = home.resolve("stored");
        Files.writeString(home.resolve(".gitconfig"), "[credential]\n\thelper = store --file " + stored + "\n");
        GitCredentialHelper helper = new GitCredentialHelper(
                Map.of("HOME", home.toString(), "PATH", System.getenv("PATH"), "GIT_CONFIG_NOSYSTEM", "1"),
                Duration.ofSeconds(20));
        RemoteUrl url = plain.url("", "private", "one.git");
        String place = "127.0.0.1:" + plain.port();

        assertThat(failure(GitClient.builder().credentials(helper), url).kind()).isEqualTo(Kind.AUTHENTICATION);
        Files.writeString(stored, "http://tester:right@" + place.replace(":", "%3a") + "\n");
        assertThat(main(GitClient.builder().credentials(helper), url)).contains(head());
        Files.writeString(stored, "http://tester:wrong@" + place.replace(":", "%3a") + "\n");
        assertThat(failure(GitClient.builder().credentials(helper), url).kind()).isEqualTo(Kind.AUTHENTICATION);
        assertThat(Files.readString(stored)).doesNotContain("wrong");
    }

    @Test
    void aRedirectToAnotherPathOfTheHostIsFollowed() {
        assertThat(main(GitClient.builder(), plain.url("", "moved", "one.git"))).contains(head());
        assertThat(failure(GitClient.builder().redirects(Redirects.NONE), plain.url("", "moved", "one.git")))
                .hasMessageContaining("not allowed");
    }

    @Test
    void aRedirectToAnotherHostIsFollowedOnlyWhereThatIsAllowed() {
        assertThat(failure(GitClient.builder(), plain.url("", "elsewhere", "one.git")))
                .hasMessageContaining("http://localhost:" + plain.port() + "/open/one.git")
                .hasMessageContaining("not allowed");
        assertThat(main(
                        GitClient.builder().redirects(Redirects.ANY_HOST),
                        plain.url("", "elsewhere", "one.git")))
                .contains(head());
    }

    @ParameterizedTest
    @CsvSource({"page, PROTOCOL, text/html", "broken, UNREACHABLE, 503", "nothing, NOT_FOUND, 404"})
    void whatIsNoRepositoryIsToldByItsKind(String place, Kind kind, String words) {
        GitException failure = failure(GitClient.builder(), plain.url("", place, "one.git"));

        assertThat(failure.kind()).isEqualTo(kind);
        assertThat(failure).hasMessageContaining(words);
    }

    @Test
    void aServerIsTrustedByItsAuthorityItsCertificateOrItsKey() throws Exception {
        Path certificate = authority.key("server").resolveSibling("server.pem");
        String pem = Files.readString(authority.certificate()).replaceAll("-----[A-Z ]+-----|\\s", "");
        String key = openssl(
                "x509 -in %s -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | openssl base64"
                        .formatted(certificate));
        String whole = openssl("x509 -in %s -noout -fingerprint -sha256".formatted(certificate));

        for (TlsTrust trust : List.of(
                TlsTrust.authorities(authority.certificate()),
                TlsTrust.parse("trust-anchor:" + pem),
                TlsTrust.parse("key-fp:SHA256:" + key),
                TlsTrust.parse("key-fp:" + key.replace("=", "")),
                TlsTrust.parse("cert-fp:SHA256:" + whole.substring(whole.indexOf('=') + 1)))) {
            assertThat(main(GitClient.builder().trust(trust), secure.url("one.git"))).contains(head());
        }
    }

    @Test
    void aCertificateForAnotherNameIsRefused() {
        RemoteUrl other = RemoteUrl.parse("https://127.0.0.2:" + secure.port() + "/open/one.git");

        assertThat(failure(GitClient.builder().trust(TlsTrust.authorities(authority.certificate())), other)
                        .kind())
                .isIn(Kind.HOST_KEY_UNKNOWN, Kind.UNREACHABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "none", "key-fp", "key-fp:", "key-fp:MD5:aa", "cert-fp:SHA256:abc", "trust-anchor:x"})
    void whatDoesNotSayWhomToTrustIsRefused(String text) {
        assertThat(catchThrowableOfType(GitException.class, () -> TlsTrust.parse(text)))
                .isNotNull();
    }

    @ParameterizedTest(name = "interrupted at byte {0}")
    @ValueSource(longs = {0, 100, 600})
    void anOperationEndsWhenItsThreadIsInterrupted(long at) throws Exception {
        AtomicReference<GitException> failure = new AtomicReference<>();
        RemoteUrl real = plain.url("one.git");
        try (Meddler meddler = new Meddler(real, Meddler.Mischief.STALL, at);
                GitClient client = GitClient.create()) {
            Thread thread = Thread.ofVirtual()
                    .start(() -> failure.set(catchThrowableOfType(
                            GitException.class,
                            () -> client.clone(
                                    meddler.url(real), shared.resolve("never-" + at), FetchOptions.DEFAULT))));
            assertThat(meddler.reached().await(20, TimeUnit.SECONDS)).isTrue();
            thread.interrupt();
            assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
        }
        assertThat(failure.get()).hasFieldOrPropertyWithValue("kind", Kind.INTERRUPTED);
        assertThat(shared.resolve("never-" + at)).doesNotExist();
    }

    @ParameterizedTest(name = "silent after byte {0}")
    @ValueSource(longs = {0, 100, 600})
    void aServerThatFallsSilentIsGivenUp(long at) throws Exception {
        RemoteUrl real = plain.url("one.git");
        TransferLimits hasty = TransferLimits.DEFAULT.withTimes(
                Duration.ofSeconds(2), Duration.ofMillis(500), Duration.ofSeconds(30));
        try (Meddler meddler = new Meddler(real, Meddler.Mischief.STALL, at);
                GitClient client = GitClient.builder().limits(hasty).build()) {
            GitException failure = catchThrowableOfType(
                    GitException.class,
                    () -> client.clone(meddler.url(real), shared.resolve("silent-" + at), FetchOptions.DEFAULT));

            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    private static CommitId head() {
        try {
            return work.head();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    private static Optional<CommitId> main(GitClient.Builder builder, RemoteUrl url) {
        try (GitClient client = builder.build()) {
            return client.find(new RemoteBranch(url, "main"));
        }
    }

    private static GitException failure(GitClient.Builder builder, RemoteUrl url) {
        GitException failure = catchThrowableOfType(GitException.class, () -> main(builder, url));
        assertThat(failure).isNotNull();
        return failure;
    }

    private static String openssl(String line) throws Exception {
        Process process = new ProcessBuilder("/bin/sh", "-c", "openssl " + line).start();
        return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8).strip();
    }
}
