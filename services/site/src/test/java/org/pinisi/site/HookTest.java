package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.pinisi.site.FakeOrigin.commit;

import java.io.ByteArrayInputStream;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpException;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

final class HookTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String SECRET = "between us two";
    private static final String PUSH = "{\"ref\": \"refs/heads/main\", \"after\": \"0\"}";

    private final FakeOrigin origin = new FakeOrigin().has(commit(1));
    private final SiteSource source = SiteSource.start(
            origin,
            _ -> {},
            new SourceRhythm(Duration.ZERO, Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO),
            new SetClock(),
            new Random(7));
    private final Hook open = new Hook(HookSettings.DEFAULT, source);
    private final Hook closed = new Hook(HookSettings.of("/hook", Optional.of(HookSecret.of(SECRET + "\n"))), source);

    @AfterEach
    void close() {
        source.close();
    }

    private static Request get() {
        return Request.of("GET", "/hook", Fields.empty(), new ByteArrayInputStream(new byte[0]));
    }

    private static Request post(String body, String... fields) {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(List.of(fields));
        return Request.of(
                "POST", "/hook", Fields.of(all.toArray(String[]::new)), new ByteArrayInputStream(body.getBytes(UTF_8)));
    }

    private static String signature(String secret, String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
        return HexFormat.of().formatHex(mac.doFinal(body.getBytes(UTF_8)));
    }

    private static Request signed(String body) throws Exception {
        return post(body, "X-Hub-Signature-256", "sha256=" + signature(SECRET, body));
    }

    private void pulledAlready() throws Exception {
        source.pull(PATIENCE);
    }

    @Test
    void aGetPullsAsInUnipi() throws Exception {
        pulledAlready();
        origin.has(commit(2));
        Response first = open.answer(get());
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.bodyAsText()).isEqualTo("pulled " + commit(2) + "\n");
        assertThat(open.answer(get()).bodyAsText()).isEqualTo("pulled, no changes\n");
        assertThat(first.fields().first("Cache-Control")).contains("no-store");
    }

    @Test
    void aFailureIsToldWithItsReason() throws Exception {
        origin.fails("git://example.org/site does not answer");
        Response answer = open.answer(get());
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.bodyAsText()).contains("git://example.org/site does not answer");
    }

    @Test
    void otherMethodsAreRefused() throws Exception {
        Response answer =
                open.answer(Request.of("PUT", "/hook", Fields.empty(), new ByteArrayInputStream(new byte[0])));
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.fields().first("Allow")).contains("GET, POST");
    }

    @Test
    void withASecretAGetIsRefused() throws Exception {
        Response answer = closed.answer(get());
        assertThat(answer.status()).isEqualTo(405);
        assertThat(answer.fields().first("Allow")).contains("POST");
    }

    @Test
    void aRightSignaturePulls() throws Exception {
        pulledAlready();
        origin.has(commit(2));
        assertThat(closed.answer(signed(PUSH)).bodyAsText()).isEqualTo("pulled " + commit(2) + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Gitea-Signature", "X-Forgejo-Signature"})
    void theFieldsOfGiteaAndForgejoCountToo(String field) throws Exception {
        assertThat(closed.answer(post(PUSH, field, signature(SECRET, PUSH))).status())
                .isEqualTo(200);
    }

    @Test
    void theTokenOfGitLabCountsToo() throws Exception {
        assertThat(closed.answer(post(PUSH, "X-Gitlab-Token", SECRET)).status()).isEqualTo(200);
        assertThat(closed.answer(post(PUSH, "X-Gitlab-Token", SECRET + "x")).status())
                .isEqualTo(403);
    }

    @Test
    void anAbsentSignatureIsRefused() throws Exception {
        int before = origin.pulls();
        Response answer = closed.answer(post(PUSH));
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.bodyAsText()).doesNotContain(SECRET);
        assertThat(origin.pulls()).isLessThanOrEqualTo(Math.max(before, 1));
    }

    @Test
    void aWrongSignatureIsRefused() throws Exception {
        String wrong = signature("another secret", PUSH);
        assertThat(closed.answer(post(PUSH, "X-Hub-Signature-256", "sha256=" + wrong))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void theSignatureOfAnotherBodyIsRefused() throws Exception {
        String other = signature(SECRET, PUSH);
        assertThat(closed.answer(post(PUSH + " ", "X-Hub-Signature-256", "sha256=" + other))
                        .status())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256=", "sha256=zz", "sha1=00", "sha256=00"})
    void aMalformedSignatureIsRefused(String value) throws Exception {
        assertThat(closed.answer(post(PUSH, "X-Hub-Signature-256", value)).status())
                .isEqualTo(403);
    }

    @Test
    void aWrongSignatureIsNotMadeGoodByARightOneOfAnotherKind() throws Exception {
        assertThat(closed.answer(post(PUSH, "X-Hub-Signature-256", "sha256=00", "X-Gitlab-Token", SECRET))
                        .status())
                .isEqualTo(403);
    }

    @Test
    void aReplayedCallPullsAgainAndChangesNothing() throws Exception {
        pulledAlready();
        assertThat(closed.answer(signed(PUSH)).bodyAsText()).isEqualTo("pulled, no changes\n");
        assertThat(closed.answer(signed(PUSH)).bodyAsText()).isEqualTo("pulled, no changes\n");
        assertThat(source.status().shown()).contains(commit(1));
    }

    @Test
    void aPushToAnotherBranchIsIgnored() throws Exception {
        pulledAlready();
        int before = origin.pulls();
        Response answer = open.answer(post("{\"ref\": \"refs/heads/draft\"}"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.bodyAsText()).isEqualTo("ignored: this site follows refs/heads/main\n");
        assertThat(origin.pulls()).isEqualTo(before);
    }

    @Test
    void aTagNamedLikeTheBranchIsIgnored() throws Exception {
        assertThat(open.answer(post("{\"ref\": \"refs/tags/main\"}")).bodyAsText())
                .startsWith("ignored");
    }

    @Test
    void aFormsPayloadIsReadToo() throws Exception {
        String form = "payload=" + URLEncoder.encode("{\"ref\": \"refs/heads/draft\"}", UTF_8);
        Request request = Request.of(
                "POST",
                "/hook",
                Fields.of("Content-Type", "application/x-www-form-urlencoded"),
                new ByteArrayInputStream(form.getBytes(UTF_8)));
        assertThat(open.answer(request).bodyAsText()).startsWith("ignored");
    }

    @Test
    void aCallThatDoesNotSayWhatMovedPulls() throws Exception {
        pulledAlready();
        assertThat(open.answer(post("{}")).bodyAsText()).isEqualTo("pulled, no changes\n");
        assertThat(open.answer(post("")).bodyAsText()).isEqualTo("pulled, no changes\n");
    }

    @Test
    void aPingIsAnsweredWithoutAPull() throws Exception {
        pulledAlready();
        int before = origin.pulls();
        assertThat(open.answer(post("{\"zen\": \"…\"}", "X-GitHub-Event", "ping"))
                        .bodyAsText())
                .isEqualTo("pong\n");
        assertThat(origin.pulls()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[[[", "\0", "{\"ref\": }"})
    void aBodyThatIsNotJsonIsRefused(String body) {
        assertThatThrownBy(() -> open.answer(post(body)))
                .isInstanceOfSatisfying(
                        HttpException.class, e -> assertThat(e.status()).isEqualTo(400));
    }

    @Test
    void aBodyThatIsNestedTooDeeplyIsRefused() {
        assertThatThrownBy(() -> open.answer(post("[".repeat(100_000))))
                .isInstanceOfSatisfying(
                        HttpException.class, e -> assertThat(e.status()).isEqualTo(400));
    }

    @Test
    void aBodyThatIsTooLongIsRefused() {
        Hook small = new Hook(new HookSettings("/hook", Optional.empty(), 16, Duration.ofSeconds(1), 1), source);
        assertThatThrownBy(() -> small.answer(post(PUSH)))
                .isInstanceOfSatisfying(
                        HttpException.class, e -> assertThat(e.status()).isEqualTo(413));
    }

    @Test
    void aFloodOfCallsMakesOnePullAtATimeAndIsRefusedBeyondABound() throws Exception {
        pulledAlready();
        CountDownLatch gate = origin.holds();
        Hook narrow = new Hook(new HookSettings("/hook", Optional.empty(), 16, PATIENCE, 10), source);
        List<Future<Integer>> answers = new ArrayList<>();
        try (ExecutorService callers = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("caller-", 0).factory())) {
            for (int i = 0; i < 500; i++) {
                answers.add(callers.submit(() -> narrow.answer(get()).status()));
            }
            await().atMost(PATIENCE)
                    .until(() -> answers.stream().filter(Future::isDone).count() == 490);
            gate.countDown();
            int good = 0;
            for (Future<Integer> answer : answers) {
                good += answer.get() == 200 ? 1 : 0;
                assertThat(answer.get()).isIn(200, 429);
            }
            assertThat(good).isEqualTo(10);
        }
        assertThat(origin.mostUnderWay()).isEqualTo(1);
        assertThat(origin.pulls()).isLessThanOrEqualTo(4);
    }

    @Test
    void aPullThatTakesLongIsAnsweredBeforeTheForgeGivesUp() throws Exception {
        pulledAlready();
        CountDownLatch gate = origin.holds();
        Hook hasty = new Hook(new HookSettings("/hook", Optional.empty(), 16, Duration.ofMillis(1), 10), source);
        assertThat(hasty.answer(get()).status()).isEqualTo(202);
        gate.countDown();
    }

    @Test
    void theLeadingSlashOfThePathIsOptional() {
        assertThat(HookSettings.of("secret", Optional.empty()).path()).isEqualTo("/secret");
        assertThat(HookSettings.of("/a/b", Optional.empty()).path()).isEqualTo("/a/b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "//", "/a//b", "/@x", "a\nb"})
    void aPathThatCannotBeOneIsRefused(String path) {
        assertThatThrownBy(() -> HookSettings.of(path, Optional.empty()))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining("hook");
    }

    @Test
    void aSecretThatIsTooShortIsRefusedWithoutBeingShown() {
        assertThatThrownBy(() -> HookSecret.of("abc"))
                .isInstanceOf(SiteException.class)
                .hasMessageContaining("3 bytes")
                .message()
                .doesNotContain("abc");
    }
}
