package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pinisi.flow.Context;
import org.pinisi.flow.Flows;
import org.pinisi.flow.MemoryListener;

/// What the client does over HTTP/2 with a server that keeps the rules; Http2ClientAbuseTest has the
/// others.
final class Http2ClientTest {
    private static final Address ANYWHERE = Address.inet("example.org", 80);

    private final MemoryListener listener = new MemoryListener();
    private final HttpClient client = client(Duration.ofSeconds(20));

    private HttpClient client(Duration patience) {
        return HttpClient.builder()
                .http2PriorKnowledge()
                .answerTime(patience)
                .idleTime(patience)
                .context(Context.empty().with(Flows.MEMORY, listener))
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        listener.close();
    }

    /// The answer's body, or `status: body` if it is not 200.
    private CompletableFuture<String> ask(HttpClient with, ClientRequest request) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (ClientResponse answer = with.send(ANYWHERE, request)) {
                String body = answer.bodyAsText(10_000_000);
                result.complete(answer.status() == 200 ? body : answer.status() + ": " + body);
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private CompletableFuture<String> ask(String target) {
        return ask(client, ClientRequest.get(target));
    }

    @Test
    void aRequestCarriesItsPseudoFieldsAndNoneOfHttp1() throws Exception {
        CompletableFuture<String> answer = ask(
                client,
                ClientRequest.get("/a?b")
                        .with("Accept", "x")
                        .with("Connection", "keep-alive")
                        .with("Cookie", "secret"));
        try (FramePeer peer = new FramePeer(listener)) {
            FramePeer.Frame frame = peer.expect(Http2Frame.HEADERS);
            Http2Headers headers = peer.requestHeaders(frame);
            assertThat(frame.flags()).isEqualTo(Http2Frame.END_STREAM | Http2Frame.END_HEADERS);
            assertThat(headers.method()).hasToString("GET");
            assertThat(headers.path()).hasToString("/a?b");
            assertThat(headers.scheme()).hasToString("http");
            assertThat(headers.authority()).hasToString("example.org");
            assertThat(headers.get("accept")).hasToString("x");
            assertThat(headers.contains("connection")).isFalse();
            peer.answer(frame.stream(), "hello");
            assertThat(answer.get()).isEqualTo("hello");
        }
    }

    @Test
    void manyRequestsShareAConnectionAndAreAnsweredInAnyOrder() throws Exception {
        CompletableFuture<String> one = ask("/1");
        try (FramePeer peer = new FramePeer(listener)) {
            int first = peer.request();
            CompletableFuture<String> two = ask("/2");
            int second = peer.request();
            peer.headers(second, false, ":status", "200");
            peer.headers(first, false, ":status", "404");
            peer.data(second, false, "se");
            peer.data(first, true, "first");
            peer.data(second, true, "cond");
            assertThat(two.get()).isEqualTo("second");
            assertThat(one.get()).isEqualTo("404: first");
        }
    }

    @Test
    void interimAnswersAreSkippedAndTrailersKept() throws Exception {
        CompletableFuture<Fields> trailers = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (ClientResponse answer =
                    client.send(ANYWHERE, ClientRequest.get("/").wantingTrailers())) {
                assertThat(answer.trailers()).isEqualTo(Fields.empty());
                assertThat(answer.bodyAsText(9)).isEqualTo("body");
                trailers.complete(answer.trailers());
            } catch (InterruptedException | RuntimeException | AssertionError e) {
                trailers.completeExceptionally(e);
            }
        });
        try (FramePeer peer = new FramePeer(listener)) {
            FramePeer.Frame request = peer.expect(Http2Frame.HEADERS);
            assertThat(peer.requestHeaders(request).get("te")).hasToString("trailers");
            peer.headers(request.stream(), false, ":status", "103", "link", "</a>");
            peer.headers(request.stream(), false, ":status", "200");
            peer.data(request.stream(), false, "body");
            peer.headers(request.stream(), true, "x-sum", "42");
            assertThat(trailers.get()).isEqualTo(Fields.of("x-sum", "42"));
        }
    }

    @Test
    void paddingIsTakenOff() throws Exception {
        CompletableFuture<String> answer = ask("/");
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            peer.headers(stream, false, ":status", "200");
            peer.send(
                    Http2Frame.DATA, Http2Frame.PADDED | Http2Frame.END_STREAM, stream, new byte[] {3, 'o', 'k', 0, 0, 0
                    });
            assertThat(answer.get()).isEqualTo("ok");
        }
    }

    @Test
    void aHeadOverSeveralFramesIsPutTogether() throws Exception {
        CompletableFuture<String> answer = ask("/");
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            byte[] block = peer.block(":status", "200", "x-long", "y".repeat(500));
            peer.send(Http2Frame.HEADERS, 0, stream, Arrays.copyOf(block, 10));
            peer.send(Http2Frame.CONTINUATION, 0, stream, new byte[0]);
            peer.send(
                    Http2Frame.CONTINUATION,
                    Http2Frame.END_HEADERS,
                    stream,
                    Arrays.copyOfRange(block, 10, block.length));
            peer.data(stream, true, "ok");
            assertThat(answer.get()).isEqualTo("ok");
        }
    }

    @Test
    void aBodyIsSentWithinTheServersWindowsAndGoesOnWhenTheyOpen() throws Exception {
        byte[] body = new byte[200_000];
        Arrays.fill(body, (byte) 'x');
        CompletableFuture<String> answer = ask(client, ClientRequest.post("/", "text/plain", body));
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            int received = 0;
            while (received < 65_535) {
                received += peer.expect(Http2Frame.DATA).payload().length;
            }
            assertThat(received).isEqualTo(65_535);
            peer.send(Http2Frame.numbers(Http2Frame.WINDOW_UPDATE, 0, 0, 1_000_000));
            peer.send(Http2Frame.settings(Http2Frame.SETTING_WINDOW, 100_000));
            while (received < 100_000) {
                received += peer.expect(Http2Frame.DATA).payload().length;
            }
            assertThat(received).isEqualTo(100_000);
            peer.send(Http2Frame.numbers(Http2Frame.WINDOW_UPDATE, 0, stream, 100_000));
            FramePeer.Frame frame = peer.expect(Http2Frame.DATA);
            received += frame.payload().length;
            while ((frame.flags() & Http2Frame.END_STREAM) == 0) {
                frame = peer.expect(Http2Frame.DATA);
                received += frame.payload().length;
            }
            assertThat(received).isEqualTo(200_000);
            peer.answer(stream, "thanks");
            assertThat(answer.get()).isEqualTo("thanks");
        }
    }

    @Test
    void windowsOfReadAnswersAreGivenBackByHalves() throws Exception {
        CompletableFuture<String> answer = ask("/");
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            peer.headers(stream, false, ":status", "200");
            String piece = "0123456789abcdef".repeat(1024);
            for (int i = 0; i < 32; i++) {
                peer.data(stream, false, piece);
            }
            FramePeer.Frame opened = peer.expect(Http2Frame.WINDOW_UPDATE);
            while (opened.stream() == 0) {
                opened = peer.expect(Http2Frame.WINDOW_UPDATE);
            }
            assertThat(opened.number(0)).isEqualTo(Http2Client.STREAM_WINDOW / 2);
            peer.data(stream, true, "end");
            assertThat(answer.get()).hasSize(32 * 16_384 + 3);
        }
    }

    @Test
    void anAnswerThatComesBeforeTheBodyWasSentIsAnAnswer() throws Exception {
        CompletableFuture<String> answer = ask(client, ClientRequest.post("/", "text/plain", new byte[1_000_000]));
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            peer.headers(stream, false, ":status", "413");
            peer.data(stream, true, "too large");
            peer.reset(stream, Http2Frame.NO_ERROR);
            assertThat(answer.get()).isEqualTo("413: too large");
        }
    }

    @Test
    void aRefusedRequestIsSentAgainWhateverItsMethod() throws Exception {
        CompletableFuture<String> answer = ask(client, ClientRequest.post("/", "text/plain", new byte[] {1}));
        try (FramePeer peer = new FramePeer(listener)) {
            peer.reset(peer.request(), Http2Frame.REFUSED_STREAM);
            peer.answer(peer.request(), "second time");
            assertThat(answer.get()).isEqualTo("second time");
        }
    }

    @Test
    void whatAServerThatGoesAwayHasNotSeenIsSentOverANewConnection() throws Exception {
        CompletableFuture<String> seen = ask(client, ClientRequest.post("/seen", "text/plain", new byte[] {1}));
        try (FramePeer peer = new FramePeer(listener)) {
            int first = peer.request();
            CompletableFuture<String> unseen = ask(client, ClientRequest.post("/unseen", "text/plain", new byte[] {1}));
            peer.request();
            peer.send(Http2Frame.numbers(Http2Frame.GOAWAY, 0, 0, first, Http2Frame.NO_ERROR));
            try (FramePeer other = new FramePeer(listener)) {
                other.answer(other.request(), "elsewhere");
                assertThat(unseen.get()).isEqualTo("elsewhere");
            }
            peer.answer(first, "here");
            assertThat(seen.get()).isEqualTo("here");
        }
    }

    @Test
    void aRequestThatMayHaveBeenDoneIsNotSentAgain() throws Exception {
        CompletableFuture<String> answer = ask(client, ClientRequest.post("/", "text/plain", new byte[] {1}));
        try (FramePeer peer = new FramePeer(listener)) {
            peer.reset(peer.request(), 2);
        }
        assertThatThrownBy(answer::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("INTERNAL_ERROR");
    }

    @Test
    void moreThanTheServerTakesAtOnceGoOverAnotherConnection() throws Exception {
        CompletableFuture<String> one = ask("/1");
        try (FramePeer peer = new FramePeer(listener, Http2Frame.SETTING_STREAMS, 1)) {
            int first = peer.request();
            peer.expectAcknowledged();
            CompletableFuture<String> two = ask("/2");
            try (FramePeer other = new FramePeer(listener)) {
                other.answer(other.request(), "b");
                assertThat(two.get()).isEqualTo("b");
            }
            peer.answer(first, "a");
            assertThat(one.get()).isEqualTo("a");
        }
    }

    @Test
    void pingsAreAnswered() throws Exception {
        CompletableFuture<String> answer = ask("/");
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            peer.send(Http2Frame.PING, 0, 0, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
            FramePeer.Frame pong = peer.expect(Http2Frame.PING);
            assertThat(pong.flags()).isEqualTo(Http2Frame.ACK);
            assertThat(pong.payload()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
            peer.answer(stream, "ok");
            assertThat(answer.get()).isEqualTo("ok");
        }
    }

    @Test
    void anAnswerThatIsNotReadIsCancelledAndTheConnectionUsedOn() throws Exception {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (ClientResponse answer = client.get(ANYWHERE, "/")) {
                status.complete(answer.status());
            } catch (InterruptedException e) {
                status.completeExceptionally(e);
            }
        });
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            peer.headers(stream, false, ":status", "200");
            assertThat(status.get()).isEqualTo(200);
            FramePeer.Frame reset = peer.expect(Http2Frame.RST_STREAM);
            assertThat(reset.stream()).isEqualTo(stream);
            assertThat(reset.number(0)).isEqualTo(Http2Frame.CANCEL);
            peer.data(stream, true, "too late");
            CompletableFuture<String> next = ask("/");
            peer.answer(peer.request(), "ok");
            assertThat(next.get()).isEqualTo("ok");
        }
    }

    @Test
    void interruptionCancelsTheRequestAndLeavesTheConnection() throws Exception {
        CompletableFuture<Throwable> outcome = new CompletableFuture<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            try (ClientResponse answer = client.get(ANYWHERE, "/")) {
                outcome.complete(new AssertionError(answer.status()));
            } catch (InterruptedException | RuntimeException e) {
                outcome.complete(e);
            }
        });
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            caller.interrupt();
            assertThat(peer.expect(Http2Frame.RST_STREAM).stream()).isEqualTo(stream);
            assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
            CompletableFuture<String> next = ask("/");
            peer.answer(peer.request(), "ok");
            assertThat(next.get()).isEqualTo("ok");
        }
    }

    @Test
    void aSlowAnswerIsATimeoutAndIsCancelled() throws Exception {
        try (HttpClient hasty = client(Duration.ofMillis(50))) {
            CompletableFuture<String> answer = ask(hasty, ClientRequest.get("/"));
            try (FramePeer peer = new FramePeer(listener)) {
                int stream = peer.request();
                assertThat(peer.expect(Http2Frame.RST_STREAM).stream()).isEqualTo(stream);
                assertThatThrownBy(answer::get)
                        .cause()
                        .isInstanceOfSatisfying(
                                HttpException.class, e -> assertThat(e.status()).isEqualTo(504))
                        .hasMessageContaining("no answer within PT0.05S");
            }
        }
    }

    @Test
    void aServerThatOpensNoWindowIsATimeout() throws Exception {
        try (HttpClient hasty = client(Duration.ofMillis(50))) {
            CompletableFuture<String> answer = ask(hasty, ClientRequest.post("/", "text/plain", new byte[100_000]));
            try (FramePeer peer = new FramePeer(listener, Http2Frame.SETTING_WINDOW, 0)) {
                peer.request();
                assertThat(peer.expect(Http2Frame.RST_STREAM).number(0)).isEqualTo(Http2Frame.CANCEL);
                assertThatThrownBy(answer::get).hasMessageContaining("took nothing for PT0.05S");
            }
        }
    }

    @Test
    void aServerThatHangsUpIsABadGateway() throws Exception {
        CompletableFuture<String> answer = ask(client, ClientRequest.post("/", "text/plain", new byte[] {1}));
        try (FramePeer peer = new FramePeer(listener)) {
            peer.headers(peer.request(), false, ":status", "200");
        }
        assertThatThrownBy(answer::get)
                .cause()
                .isInstanceOfSatisfying(
                        HttpException.class, e -> assertThat(e.status()).isEqualTo(502))
                .hasMessageContaining("closed the connection");
    }

    @Test
    void textSurvives() throws Exception {
        CompletableFuture<String> answer = ask("/");
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            peer.headers(stream, false, ":status", "200");
            byte[] text = "grüße".getBytes(StandardCharsets.UTF_8);
            for (byte b : text) {
                peer.send(Http2Frame.DATA, 0, stream, new byte[] {b});
            }
            peer.data(stream, true, "");
            assertThat(answer.get()).isEqualTo("grüße");
        }
    }
}
