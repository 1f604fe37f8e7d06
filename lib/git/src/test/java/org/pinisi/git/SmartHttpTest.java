package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmartHttpTest {
    @TempDir
    Path folder;

    private RepositoryStore store;
    private SmartHttp http;

    @BeforeEach
    void open() {
        Disk.measure(folder);
        store = RepositoryStore.open(folder.resolve("store"), GitLimits.DEFAULT);
        store.create(new RepositoryName("one"));
        http = new SmartHttp(store, new FakeListener());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../one.git/info/refs",
                "/one.git/../one.git/info/refs",
                "/%2e%2e/one.git/info/refs",
                "/%2E%2E%2Fetc/info/refs",
                "/one%00.git/info/refs",
                "/one\0.git/info/refs",
                "//etc/passwd/info/refs",
                "/One.git/info/refs",
                "/one.git/info/refs/",
                "/one.git/info/%72efs",
                "/-one.git/info/refs",
                "/.empty.git/info/refs",
                "/one.git/HEAD",
                "/one.git/objects/info/packs",
                "/one.git/config",
                "/one.git",
                "/",
                "",
                "one.git/info/refs"
            })
    void aPathThatIsNoRepositorysIsNotFound(String path) {
        assertThat(http.answer(call("GET", path, "service=git-upload-pack", Map.of(), true))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void theDumbProtocolIsRefusedWithAClearText() throws Exception {
        SmartHttp.Answer answer = http.answer(call("GET", "/one.git/info/refs", "", Map.of(), true));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(text(answer)).contains("smart HTTP");
    }

    @Test
    void anAdvertisementIsNeverCached() throws Exception {
        SmartHttp.Answer answer =
                http.answer(call("GET", "/one.git/info/refs", "service=git-upload-pack", Map.of(), true));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers())
                .containsEntry("Content-Type", "application/x-git-upload-pack-advertisement")
                .containsEntry("Cache-Control", "no-cache, max-age=0, must-revalidate")
                .containsEntry("Pragma", "no-cache")
                .containsKey("Expires");
        assertThat(text(answer)).startsWith("001e# service=git-upload-pack\n0000");
    }

    @Test
    void theNewProtocolIsSpokenWhenAskedFor() throws Exception {
        SmartHttp.Answer answer = http.answer(call(
                "GET", "/one.git/info/refs", "service=git-upload-pack", Map.of("git-protocol", "version=2"), true));

        assertThat(text(answer)).startsWith("000dversion 2");
    }

    @Test
    void thePushAdvertisementOfAnUnknownRepositoryIsEmptyAndMakesNone() throws Exception {
        SmartHttp.Answer answer =
                http.answer(call("GET", "/new.git/info/refs", "service=git-receive-pack", Map.of(), true));

        assertThat(text(answer))
                .startsWith("001f# service=git-receive-pack\n0000")
                .contains("capabilities^{}");
        assertThat(store.list()).containsExactly(new RepositoryName("one"));
    }

    @Test
    void aFetchFromAnUnknownRepositoryIsNotFound() {
        assertThat(http.answer(call("GET", "/new.git/info/refs", "service=git-upload-pack", Map.of(), true))
                        .status())
                .isEqualTo(404);
        assertThat(http.answer(post("/new.git/git-upload-pack", "git-upload-pack"))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void whoMayNotPushIsForbiddenBothSteps() {
        SmartHttp.Answer advertisement =
                http.answer(call("GET", "/one.git/info/refs", "service=git-receive-pack", Map.of(), false));
        SmartHttp.Answer push = http.answer(call(
                "POST",
                "/one.git/git-receive-pack",
                "",
                Map.of("content-type", "application/x-git-receive-pack-request"),
                false));

        assertThat(advertisement.status()).isEqualTo(403);
        assertThat(push.status()).isEqualTo(403);
    }

    @Test
    void theWrongMethodTypeOrEncodingIsNamed() {
        assertThat(http.answer(call("POST", "/one.git/info/refs", "", Map.of(), true)))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(405))
                .satisfies(answer -> assertThat(answer.headers()).containsEntry("Allow", "GET"));
        assertThat(http.answer(call("GET", "/one.git/git-upload-pack", "", Map.of(), true)))
                .satisfies(answer -> assertThat(answer.headers()).containsEntry("Allow", "POST"));
        assertThat(http.answer(call("POST", "/one.git/git-upload-pack", "", Map.of(), true))
                        .status())
                .isEqualTo(415);
        assertThat(http.answer(call(
                                "POST",
                                "/one.git/git-upload-pack",
                                "",
                                Map.of(
                                        "content-type",
                                        "application/x-git-upload-pack-request",
                                        "content-encoding",
                                        "br"),
                                true))
                        .status())
                .isEqualTo(400);
    }

    private static SmartHttp.Call post(String path, String service) {
        return call("POST", path, "", Map.of("content-type", "application/x-" + service + "-request"), true);
    }

    private static SmartHttp.Call call(
            String method, String path, String query, Map<String, String> headers, boolean mayPush) {
        return new SmartHttp.Call(
                method,
                path,
                query,
                name -> Optional.ofNullable(headers.get(name)),
                new ByteArrayInputStream(new byte[0]),
                "192.0.2.1",
                mayPush);
    }

    private static String text(SmartHttp.Answer answer) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        answer.body().write(out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
