package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.InputStream;
import org.junit.jupiter.api.Test;

final class RouterTest {
    private final Router router = Router.builder()
            .get("/", _ -> Response.text(200, "home"))
            .get("/apps/{app}", request -> Response.text(200, "app " + request.pathParameter("app")))
            .get("/apps/new", _ -> Response.text(200, "new"))
            .post("/apps/{app}/runs", request -> Response.text(201, "run of " + request.pathParameter("app")))
            .get("/files/{path...}", request -> Response.text(200, "file " + request.pathParameter("path")))
            .build();

    private String ask(String method, String target) throws Exception {
        Response response = router.handle(Request.of(method, target, Fields.empty(), InputStream.nullInputStream()));
        return response.status() + " " + response.bodyAsText();
    }

    @Test
    void wordsGoBeforeParametersWhateverTheOrder() throws Exception {
        assertThat(ask("GET", "/")).isEqualTo("200 home");
        assertThat(ask("GET", "/apps/new")).isEqualTo("200 new");
        assertThat(ask("GET", "/apps/shop?x=1")).isEqualTo("200 app shop");
    }

    @Test
    void aParameterIsDecodedAndKeepsItsSlash() throws Exception {
        assertThat(ask("GET", "/apps/a%2Fb%20c")).isEqualTo("200 app a/b c");
    }

    @Test
    void theRestKeepsItsSegments() throws Exception {
        assertThat(ask("GET", "/files/a/b/c.txt")).isEqualTo("200 file a/b/c.txt");
        assertThat(ask("GET", "/files/")).isEqualTo("200 file ");
        assertThat(ask("GET", "/files/a%2Fb")).startsWith("404");
    }

    @Test
    void anEmptySegmentIsNoParameter() throws Exception {
        assertThat(ask("GET", "/apps/")).startsWith("404");
    }

    @Test
    void headGoesWhereGetGoes() throws Exception {
        assertThat(ask("HEAD", "/apps/new")).isEqualTo("200 new");
    }

    @Test
    void anotherMethodIsToldWhatIsAllowed() throws Exception {
        Response response =
                router.handle(Request.of("DELETE", "/apps/x", Fields.empty(), InputStream.nullInputStream()));

        assertThat(response.status()).isEqualTo(405);
        assertThat(response.fields().first("Allow")).contains("GET, HEAD, OPTIONS");
        assertThat(ask("OPTIONS", "/apps/x/runs")).startsWith("204");
    }

    @Test
    void anUnknownPathIsNotFound() throws Exception {
        assertThat(ask("GET", "/nothing/here")).startsWith("404");
    }

    @Test
    void badPatternsAreRefusedWhenTheRouterIsBuilt() {
        for (String pattern : new String[] {"apps", "/a{b}", "/{rest...}/x", "/{}"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Router.builder().get(pattern, _ -> Response.empty(204)));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Router.builder().get("/a", _ -> Response.empty(204)).get("/a", router));
    }
}
