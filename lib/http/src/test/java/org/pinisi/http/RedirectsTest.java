package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RedirectsTest {
    private final Loops loops = Loops.create("test", 1);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final HttpServer other = server();
    private final HttpServer server = server();
    private final HttpClient client = HttpClient.builder().redirects(5).build();

    private HttpServer server() {
        return HttpServer.builder(Address.inet("127.0.0.1", 0), this::handle, loops)
                .start();
    }

    private Response handle(Request request) throws Exception {
        asked.add(request.method() + " " + request.target() + " "
                + new String(request.body().readAllBytes(), StandardCharsets.UTF_8)
                + request.fields().first("Authorization").orElse("")
                + request.fields().first("X-Key").orElse(""));
        int status = Integer.parseInt(request.query("s").orElse("302"));
        return switch (request.segments().getFirst()) {
            case "loop" -> Response.redirect(status, "/loop");
            case "relative" -> Response.redirect(status, "there?x=%20");
            case "else" -> Response.redirect(status, "http://" + other.address() + "/there");
            case "out" -> Response.redirect(status, "file:///etc/passwd");
            case "nowhere" -> Response.redirect(status, "http://");
            default -> Response.text(200, "here");
        };
    }

    @AfterEach
    void stop() {
        client.close();
        server.close(Duration.ofMillis(1));
        other.close(Duration.ofMillis(1));
        loops.close();
    }

    private ClientResponse send(ClientRequest request) throws InterruptedException {
        return client.send(server.address(), request);
    }

    private static ClientRequest secret(String target) {
        return ClientRequest.get(target).with("Authorization", "secret").with("X-Key", "key");
    }

    @Test
    void aRedirectIsAnAnswerUnlessAskedFor() throws Exception {
        try (HttpClient plain = HttpClient.create();
                ClientResponse answer = plain.get(server.address(), "/relative")) {
            assertThat(answer.status()).isEqualTo(302);
        }
    }

    @Test
    void theSameOriginHearsEverything() throws Exception {
        try (ClientResponse answer = send(secret("/relative"))) {
            assertThat(answer.bodyAsText(9)).isEqualTo("here");
            assertThat(answer.target()).isEqualTo("/there?x=%20");
        }
        assertThat(asked).containsExactly("GET /relative secretkey", "GET /there?x=%20 secretkey");
    }

    @Test
    void anotherOriginHearsNothingSecret() throws Exception {
        try (ClientResponse answer = send(secret("/else"))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.origin().address()).isEqualTo(other.address());
        }
        assertThat(asked).containsExactly("GET /else secretkey", "GET /there ");
    }

    @Test
    void methodAndBodyStayWith307And308AndBecomeGetOtherwise() throws Exception {
        for (int status : new int[] {301, 302, 303, 307, 308}) {
            send(ClientRequest.post("/relative?s=" + status, "text/plain", new byte[] {'b'}))
                    .close();
        }
        assertThat(asked.stream().filter(each -> each.contains("there")))
                .containsExactly(
                        "GET /there?x=%20 ",
                        "GET /there?x=%20 ", "GET /there?x=%20 ", "POST /there?x=%20 b", "POST /there?x=%20 b");
    }

    @Test
    void aBodyThatCannotBeSentAgainLeavesTheRedirectAsTheAnswer() throws Exception {
        ClientRequest request =
                ClientRequest.of("POST", "/relative?s=307").withBody("text/plain", out -> out.write('b'));
        try (ClientResponse answer = send(request)) {
            assertThat(answer.status()).isEqualTo(307);
        }
    }

    @Test
    void aCircleEnds() {
        assertThatThrownBy(() -> send(ClientRequest.get("/loop")))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("more than 5 times");
        assertThat(asked).hasSize(6);
    }

    @Test
    void whatIsNoHttpIsNotFollowed() {
        for (String target : List.of("/out", "/nowhere")) {
            assertThatThrownBy(() -> send(ClientRequest.get(target)))
                    .as(target)
                    .isInstanceOf(HttpException.class)
                    .hasMessageContaining("no place of http or https");
        }
    }

    @Test
    void outOfTlsNoneIsFollowed() {
        assertThatThrownBy(() -> Redirects.follow(
                        Origin.secure("example.org", 443),
                        ClientRequest.get("/"),
                        301,
                        Fields.of("Location", "http://example.org/")))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("out of TLS");
    }
}
