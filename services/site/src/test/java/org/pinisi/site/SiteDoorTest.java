package org.pinisi.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.pinisi.site.FakeOrigin.commit;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Address;
import org.pinisi.http.Fields;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

@Timeout(60)
final class SiteDoorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final SourceRhythm ONLY_WHEN_TOLD =
            new SourceRhythm(Duration.ZERO, Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO);

    private final FakeOrigin origin = new FakeOrigin();
    private Optional<SiteServer> server = Optional.empty();

    @AfterEach
    void close() {
        server.ifPresent(SiteServer::close);
    }

    private void start(SiteServerConfig config) throws InterruptedException {
        SiteServer started =
                SiteServer.start(config, origin, ONLY_WHEN_TOLD, new FakeStage(), new SetClock(), new Random(7));
        server = Optional.of(started);
        started.source().pull(PATIENCE);
    }

    private static SiteServerConfig config() {
        return SiteServerConfig.plain(Address.inet("127.0.0.1", 0));
    }

    private RawHttp.Answer get(String path) throws IOException {
        return RawHttp.get(server.orElseThrow().plain().getFirst(), path);
    }

    private RawHttp.Answer post(String path) throws IOException {
        return RawHttp.send(
                server.orElseThrow().plain().getFirst(), "POST", path, "{}", "Content-Type: application/json");
    }

    @Test
    void aSiteWithoutACommitAsksForPatience() throws Exception {
        origin.hasNoBranch();
        start(config());
        RawHttp.Answer answer = get("/index.html");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.field("Retry-After")).contains("5");
        assertThat(answer.field("Cache-Control")).contains("no-store");
        assertThat(answer.body()).contains("waits for its first commit");
        assertThat(post("/x").status()).isEqualTo(503);
    }

    @Test
    void theHookBringsTheFirstCommit() throws Exception {
        origin.hasNoBranch();
        start(config());
        origin.has(commit(1));
        assertThat(get("/hook").body()).isEqualTo("pulled " + commit(1) + "\n");
        assertThat(get("/a").body()).isEqualTo("fast 0000000 /a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hook", "/h%6Fok", "/%68%6f%6f%6b", "/hook?a=b"})
    void theHookIsFoundByItsDecodedPath(String path) throws Exception {
        origin.has(commit(1));
        start(config());
        assertThat(get(path).body()).isEqualTo("pulled, no changes\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hook/", "/hooks", "/Hook", "/a/hook", "/hook%2F", "/hook%00", "/%", "/hook%"})
    void otherPathsAreTheSites(String path) throws Exception {
        origin.has(commit(1));
        start(config());
        assertThat(get(path).body()).isEqualTo("fast 0000000 " + path);
    }

    @Test
    void anEncodedSlashDoesNotMakeAHookOfSeveralNames() throws Exception {
        origin.has(commit(1));
        start(config().withHook(Optional.of(HookSettings.of("a/b", Optional.empty()))));
        assertThat(get("/a/b").body()).isEqualTo("pulled, no changes\n");
        assertThat(get("/a%2Fb").body()).startsWith("fast");
    }

    @Test
    void withoutAHookItsPathIsTheSites() throws Exception {
        origin.has(commit(1));
        start(config().withHook(Optional.empty()));
        assertThat(get("/hook").body()).isEqualTo("fast 0000000 /hook");
    }

    @Test
    void aRequestWithABodyIsTheSitesToo() throws Exception {
        origin.has(commit(1));
        start(config());
        assertThat(post("/a").body()).isEqualTo("POST 0000000 /a");
    }

    @Test
    void withoutPreviewsTheirPathsAreTheSites() throws Exception {
        origin.has(commit(1));
        start(config());
        assertThat(get("/@0000000/").body()).isEqualTo("fast 0000000 /@0000000/");
    }

    @Test
    void httpIsSentToHttpsWithItsMethodPathAndQuery() throws Exception {
        SecureDoor door = new SecureDoor(Optional.empty(), 8443);
        Response answer = door.handle(
                Request.of("POST", "/a%20b?c=d", Fields.of("Host", "example.org:8080"), InputStream.nullInputStream()));
        assertThat(answer.status()).isEqualTo(308);
        assertThat(answer.fields().first("Location")).contains("https://example.org:8443/a%20b?c=d");
    }

    @Test
    void theUsualPortOfHttpsIsNotNamed() throws Exception {
        SecureDoor door = new SecureDoor(Optional.of("www.example.org"), 443);
        Response answer =
                door.handle(Request.of("GET", "/", Fields.of("Host", "elsewhere"), InputStream.nullInputStream()));
        assertThat(answer.fields().first("Location")).contains("https://www.example.org/");
    }

    @Test
    void anIpv6HostKeepsItsBrackets() throws Exception {
        SecureDoor door = new SecureDoor(Optional.empty(), 443);
        for (String host : List.of("[::1]", "[::1]:80")) {
            Response answer =
                    door.handle(Request.of("GET", "/", Fields.of("Host", host), InputStream.nullInputStream()));
            assertThat(answer.fields().first("Location")).contains("https://[::1]/");
        }
    }

    @Test
    void withoutAnyHostTheRedirectSaysWhatIsMissing() throws Exception {
        SecureDoor door = new SecureDoor(Optional.empty(), 443);
        Response answer = door.handle(Request.of("GET", "/", Fields.empty(), InputStream.nullInputStream()));
        assertThat(answer.status()).isEqualTo(400);
    }
}
