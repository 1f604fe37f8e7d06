package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pinisi.flow.Context;
import org.pinisi.flow.Flows;
import org.pinisi.flow.MemoryListener;

/// Servers that break the rules of HTTP/2, by accident or to do harm.
final class Http2ClientAbuseTest {
    private static final Address ANYWHERE = Address.inet("example.org", 80);

    private final MemoryListener listener = new MemoryListener();
    private final HttpClient client = HttpClient.builder()
            .http2PriorKnowledge()
            .answerTime(Duration.ofSeconds(20))
            .context(Context.empty().with(Flows.MEMORY, listener))
            .build();

    @AfterEach
    void stop() {
        client.close();
        listener.close();
    }

    private CompletableFuture<String> ask() {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (ClientResponse answer = client.send(ANYWHERE, ClientRequest.of("POST", "/"))) {
                result.complete(answer.bodyAsText(100_000_000));
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    @FunctionalInterface
    interface Deed {
        void with(FramePeer peer, int stream) throws IOException, Http2Exception;
    }

    /// What the server does to a connection with a request on it, and with what code it must end.
    record Case(String name, int code, Deed deed) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static byte[] window(int stream, int increment) {
        return Http2Frame.numbers(Http2Frame.WINDOW_UPDATE, 0, stream, increment);
    }

    static Stream<Object> connectionErrors() {
        int protocol = Http2Frame.PROTOCOL_ERROR;
        int size = Http2Frame.FRAME_SIZE_ERROR;
        int flowControl = Http2Frame.FLOW_CONTROL_ERROR;
        return Stream.of(
                new Case(
                        "a frame too large", size, (peer, stream) -> peer.send(new byte[] {2, 0, 0, 0, 0, 0, 0, 0, 1})),
                new Case(
                        "SETTINGS of odd length",
                        protocol,
                        (peer, _) -> peer.send(Http2Frame.SETTINGS, 0, 0, new byte[5])),
                new Case(
                        "SETTINGS on a stream",
                        protocol,
                        (peer, s) -> peer.send(Http2Frame.SETTINGS, 0, s, new byte[6])),
                new Case(
                        "SETTINGS acknowledged with content",
                        protocol,
                        (peer, _) -> peer.send(Http2Frame.SETTINGS, Http2Frame.ACK, 0, new byte[6])),
                new Case(
                        "push enabled by a server",
                        protocol,
                        (peer, _) -> peer.send(Http2Frame.settings(Http2Frame.SETTING_PUSH, 1))),
                new Case(
                        "an impossible window",
                        flowControl,
                        (peer, _) -> peer.send(Http2Frame.settings(Http2Frame.SETTING_WINDOW, -1))),
                new Case(
                        "an impossible frame size",
                        protocol,
                        (peer, _) -> peer.send(Http2Frame.settings(Http2Frame.SETTING_FRAME_SIZE, 100))),
                new Case("PING of seven bytes", size, (peer, _) -> peer.send(Http2Frame.PING, 0, 0, new byte[7])),
                new Case("PING on a stream", protocol, (peer, s) -> peer.send(Http2Frame.PING, 0, s, new byte[8])),
                new Case("GOAWAY too short", protocol, (peer, _) -> peer.send(Http2Frame.GOAWAY, 0, 0, new byte[4])),
                new Case(
                        "WINDOW_UPDATE of three bytes",
                        size,
                        (peer, _) -> peer.send(Http2Frame.WINDOW_UPDATE, 0, 0, new byte[3])),
                new Case("the connection's window opened by nothing", protocol, (peer, _) -> peer.send(window(0, 0))),
                new Case(
                        "the connection's window beyond its bound",
                        flowControl,
                        (peer, _) -> peer.send(window(0, Integer.MAX_VALUE))),
                new Case("DATA on no stream", protocol, (peer, _) -> peer.send(Http2Frame.DATA, 0, 0, new byte[1])),
                new Case(
                        "HEADERS on no stream",
                        protocol,
                        (peer, _) ->
                                peer.send(Http2Frame.HEADERS, Http2Frame.END_HEADERS, 0, peer.block(":status", "200"))),
                new Case("RST_STREAM on no stream", protocol, (peer, _) -> peer.reset(0, 1)),
                new Case(
                        "RST_STREAM of five bytes",
                        size,
                        (peer, s) -> peer.send(Http2Frame.RST_STREAM, 0, s, new byte[5])),
                new Case(
                        "a stream that does not exist",
                        protocol,
                        (peer, _) -> peer.headers(99, true, ":status", "200")),
                new Case("a stream of the server", protocol, (peer, _) -> peer.headers(2, true, ":status", "200")),
                new Case("PUSH_PROMISE", protocol, (peer, s) -> peer.send(Http2Frame.PUSH_PROMISE, 4, s, new byte[8])),
                new Case(
                        "CONTINUATION of nothing",
                        protocol,
                        (peer, s) -> peer.send(Http2Frame.CONTINUATION, Http2Frame.END_HEADERS, s, new byte[1])),
                new Case("a header block interrupted", protocol, (peer, s) -> {
                    peer.send(Http2Frame.HEADERS, 0, s, peer.block(":status", "200"));
                    peer.send(Http2Frame.PING, 0, 0, new byte[8]);
                }),
                new Case(
                        "DATA shorter than its padding",
                        protocol,
                        (peer, s) -> peer.send(Http2Frame.DATA, Http2Frame.PADDED, s, new byte[] {9, 1, 2})),
                new Case(
                        "HEADERS shorter than their padding",
                        protocol,
                        (peer, s) -> peer.send(
                                Http2Frame.HEADERS, Http2Frame.PADDED | Http2Frame.WITH_PRIORITY, s, new byte[] {1, 2
                                })),
                new Case(
                        "a malformed header block",
                        Http2Frame.COMPRESSION_ERROR,
                        (peer, s) -> peer.send(Http2Frame.HEADERS, Http2Frame.END_HEADERS, s, new byte[] {
                            (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f
                        })));
    }

    @ParameterizedTest
    @MethodSource("connectionErrors")
    void theConnectionEndsWithTheRulesCode(Case each) throws Exception {
        CompletableFuture<String> answer = ask();
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            each.deed.with(peer, stream);
            assertThat(peer.expectGoAway()).isEqualTo(each.code);
            assertThatThrownBy(answer::get)
                    .cause()
                    .isInstanceOfSatisfying(
                            HttpException.class, e -> assertThat(e.status()).isEqualTo(502))
                    .hasMessageContaining("broke the rules of HTTP/2");
        }
    }

    static Stream<Object> streamErrors() {
        return Stream.of(
                new Case("no status", 1, (peer, s) -> peer.headers(s, true, "x", "y")),
                new Case("a status that is none", 1, (peer, s) -> peer.headers(s, true, ":status", "99")),
                new Case("switching protocols", 1, (peer, s) -> peer.headers(s, false, ":status", "101")),
                new Case("an interim answer that ends", 1, (peer, s) -> peer.headers(s, true, ":status", "103")),
                new Case("a name in upper case", 1, (peer, s) -> peer.headers(s, true, ":status", "200", "X-A", "b")),
                new Case(
                        "a field of HTTP/1.1",
                        1,
                        (peer, s) -> peer.headers(s, true, ":status", "200", "connection", "close")),
                new Case(
                        "a pseudo field of requests",
                        1,
                        (peer, s) -> peer.headers(s, true, ":status", "200", ":path", "/")),
                new Case(
                        "a pseudo field behind others",
                        1,
                        (peer, s) -> peer.send(
                                Http2Frame.HEADERS, Http2Frame.END_HEADERS | Http2Frame.END_STREAM, s, new byte[] {
                                    0, 1, 'a', 1, 'b', (byte) 0x88
                                })),
                new Case(
                        "a line end inside a value",
                        1,
                        (peer, s) -> peer.headers(s, true, ":status", "200", "a", "b\r\nc: d")),
                new Case("a body before its head", 1, (peer, s) -> peer.data(s, true, "x")),
                new Case("a body shorter than announced", 1, (peer, s) -> {
                    peer.headers(s, false, ":status", "200", "content-length", "5");
                    peer.data(s, true, "four");
                }),
                new Case("a body longer than announced", 1, (peer, s) -> {
                    peer.headers(s, false, ":status", "200", "content-length", "3");
                    peer.data(s, true, "four");
                }),
                new Case("a second head", 1, (peer, s) -> {
                    peer.headers(s, false, ":status", "200");
                    peer.headers(s, false, ":status", "200");
                }),
                new Case("the stream's window opened by nothing", 3, (peer, s) -> peer.send(window(s, 0))),
                new Case(
                        "the stream's window beyond its bound",
                        3,
                        (peer, s) -> peer.send(window(s, Integer.MAX_VALUE))),
                new Case("fields beyond the limit", 1, (peer, s) -> {
                    String[] fields = new String[2 * 700];
                    fields[0] = ":status";
                    fields[1] = "200";
                    for (int i = 2; i < fields.length; i += 2) {
                        fields[i] = "x-bomb";
                        fields[i + 1] = "0123456789".repeat(10);
                    }
                    peer.headers(s, true, fields);
                }));
    }

    @ParameterizedTest
    @MethodSource("streamErrors")
    void onlyTheRequestFailsAndTheConnectionGoesOn(Case each) throws Exception {
        CompletableFuture<String> answer = ask();
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            each.deed.with(peer, stream);
            FramePeer.Frame reset = peer.expect(Http2Frame.RST_STREAM);
            assertThat(reset.stream()).isEqualTo(stream);
            assertThat(reset.number(0)).isEqualTo(each.code);
            assertThatThrownBy(answer::get).cause().isInstanceOf(HttpException.class);
            CompletableFuture<String> next = ask();
            peer.answer(peer.request(), "still here");
            assertThat(next.get()).isEqualTo("still here");
        }
    }

    static Stream<Object> floods() {
        return Stream.of(
                new Case("PING", 11, (peer, _) -> peer.send(Http2Frame.PING, 0, 0, new byte[8])),
                new Case("SETTINGS", 11, (peer, _) -> peer.send(Http2Frame.settings())),
                new Case("empty DATA", 11, (peer, s) -> peer.data(s, false, "")),
                new Case("interim answers", 11, (peer, s) -> peer.headers(s, false, ":status", "103")),
                new Case("unknown frames", 11, (peer, _) -> peer.send(200, 0, 0, new byte[1])),
                new Case("PRIORITY", 11, (peer, s) -> peer.send(Http2Frame.PRIORITY, 0, s, new byte[5])));
    }

    @ParameterizedTest
    @MethodSource("floods")
    void aFloodEndsTheConnection(Case each) throws Exception {
        CompletableFuture<String> answer = ask();
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            if (each.name.contains("DATA")) {
                peer.headers(stream, false, ":status", "200");
            }
            Thread flood = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 3000; i++) {
                        each.deed.with(peer, stream);
                    }
                } catch (IOException | Http2Exception _) {
                    // The client has hung up, as it should.
                }
            });
            assertThat(peer.expectGoAway()).isEqualTo(each.code);
            flood.join();
            assertThatThrownBy(answer::get).hasMessageContaining("without content");
        }
    }

    @Test
    void aHeadThatNeverEndsEndsTheConnection() throws Exception {
        CompletableFuture<String> answer = ask();
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            peer.send(Http2Frame.HEADERS, 0, stream, peer.block(":status", "200"));
            Thread flood = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 3000; i++) {
                        peer.send(Http2Frame.CONTINUATION, 0, stream, new byte[0]);
                    }
                } catch (IOException _) {
                    // The client has hung up, as it should.
                }
            });
            assertThat(peer.expectGoAway()).isEqualTo(Http2Frame.ENHANCE_YOUR_CALM);
            flood.join();
            assertThatThrownBy(answer::get).hasMessageContaining("header block");
        }
    }

    @Test
    void moreThanTheStreamsWindowIsNotTaken() throws Exception {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        CompletableFuture<Object> end = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (ClientResponse answer = client.send(ANYWHERE, ClientRequest.of("POST", "/"))) {
                status.complete(answer.status());
                end.join();
            } catch (InterruptedException e) {
                status.completeExceptionally(e);
            }
        });
        try (FramePeer peer = new FramePeer(listener)) {
            int stream = peer.request();
            peer.headers(stream, false, ":status", "200");
            status.get();
            for (int i = 0; i < 65; i++) {
                peer.send(Http2Frame.DATA, 0, stream, new byte[16 << 10]);
            }
            assertThat(peer.expect(Http2Frame.RST_STREAM).number(0)).isEqualTo(Http2Frame.FLOW_CONTROL_ERROR);
            end.complete("");
        }
    }

    @Test
    void whatDoesNotBeginWithSettingsIsNoHttp2() throws Exception {
        CompletableFuture<String> answer = ask();
        try (FramePeer peer = new FramePeer(listener, 0)) {
            peer.send(Http2Frame.PING, 0, 0, new byte[8]);
            assertThat(peer.expectGoAway()).isEqualTo(Http2Frame.PROTOCOL_ERROR);
            assertThatThrownBy(answer::get).hasMessageContaining("SETTINGS");
        }
    }
}
