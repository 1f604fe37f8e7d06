package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.Http2Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.pinisi.flow.Context;
import org.pinisi.flow.Flows;
import org.pinisi.flow.MemoryListener;

/// WebSockets over HTTP/2 (RFC 8441), frame by frame.
final class WebSocketTunnelTest {
    private static final Origin ANYWHERE = Origin.plain(Address.inet("example.org", 80));

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

    private CompletableFuture<WebSocket> connect() {
        CompletableFuture<WebSocket> result = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                result.complete(client.webSocket(
                        ANYWHERE, "/chat", Fields.of("Sec-WebSocket-Protocol", "a, b"), WebSocketLimits.defaults()));
            } catch (InterruptedException | RuntimeException e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    @Test
    void aTunnelCarriesMessagesAndEndsWithItsStream() throws Exception {
        CompletableFuture<WebSocket> opened = connect();
        try (FramePeer peer = new FramePeer(listener, Http2Frame.SETTING_CONNECT_PROTOCOL, 1)) {
            FramePeer.Frame request = peer.expect(Http2Frame.HEADERS);
            Http2Headers headers = peer.requestHeaders(request);
            assertThat(headers.method()).hasToString("CONNECT");
            assertThat(headers.get(":protocol")).hasToString("websocket");
            assertThat(headers.path()).hasToString("/chat");
            assertThat(headers.get("sec-websocket-version")).hasToString("13");
            assertThat(headers.contains("sec-websocket-key")).isFalse();
            assertThat(request.flags() & Http2Frame.END_STREAM).isZero();
            peer.headers(request.stream(), false, ":status", "200", "sec-websocket-protocol", "b");
            WebSocket socket = opened.get();
            assertThat(socket.subprotocol()).isEqualTo("b");
            socket.send("hi");
            assertThat(peer.expect(Http2Frame.DATA).payload()).hasSize(2 + 4 + 2);
            byte[] text = WebSocketFrame.of(
                    WebSocketFrame.TEXT, true, "there".getBytes(StandardCharsets.US_ASCII), new byte[0]);
            peer.send(Http2Frame.DATA, 0, request.stream(), text);
            assertThat(socket.receive()).contains(new WebSocket.Message.Text("there"));
            peer.send(Http2Frame.DATA, 0, request.stream(), new byte[] {(byte) 0x88, 2, 3, (byte) 0xe8});
            assertThat(socket.receive()).isEmpty();
            peer.send(Http2Frame.DATA, Http2Frame.END_STREAM, request.stream(), new byte[0]);
            socket.close();
            FramePeer.Frame last = peer.expect(Http2Frame.DATA);
            while ((last.flags() & Http2Frame.END_STREAM) == 0) {
                last = peer.expect(Http2Frame.DATA);
            }
            assertThat(last.payload()).isEmpty();
        }
    }

    @Test
    void aServerWithoutTunnelsIsAskedOverHttp1() throws Exception {
        CompletableFuture<WebSocket> opened = connect();
        try (FramePeer _ = new FramePeer(listener);
                var other = listener.accept(Duration.ofSeconds(20)).orElseThrow()) {
            byte[] head = new byte[4096];
            int length = other.read(head, 0, head.length);
            assertThat(new String(head, 0, length, StandardCharsets.US_ASCII))
                    .startsWith("GET /chat HTTP/1.1\r\n")
                    .contains("Upgrade: websocket\r\n", "Sec-WebSocket-Key: ");
            byte[] answer =
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: wrong\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII);
            other.write(answer, 0, answer.length);
            assertThatThrownBy(opened::get)
                    .cause()
                    .isInstanceOf(HttpException.class)
                    .hasMessageContaining("agreement");
        }
    }
}
