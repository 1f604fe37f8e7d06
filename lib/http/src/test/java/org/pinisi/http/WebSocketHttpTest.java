package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.pinisi.flow.TlsClient;

/// WebSockets between our client and our server, the same in every version of HTTP.
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
final class WebSocketHttpTest {
    private final HttpVersionsTest.Version version;
    private final Loops loops = Loops.create("test", 1);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final CompletableFuture<WebSocket.Closing> seen = new CompletableFuture<>();
    private final Origin origin;
    private final HttpClient client;

    WebSocketHttpTest(HttpVersionsTest.Version version) {
        this.version = version;
        HttpServer.Builder builder = HttpServer.builder(Address.inet("127.0.0.1", 0), this::handle, loops)
                .http2(true);
        if (version.secure()) {
            Certificates certificates = new Certificates();
            certificates.put("", TlsPeer.certified("one"));
            TlsServer tls = TlsServer.builder(certificates).build();
            open.add(tls);
            builder.tls(tls);
        }
        HttpServer server = builder.start();
        open.add(() -> server.close(Duration.ofMillis(1)));
        origin = new Origin(server.address(), version.secure());
        HttpClient.Builder with = HttpClient.builder()
                .tls(TlsClient.builder().trustEveryone().build())
                .http2(version == HttpVersionsTest.Version.HTTP2_TLS);
        client = (version == HttpVersionsTest.Version.HTTP2 ? with.http2PriorKnowledge() : with).build();
        open.add(client);
    }

    private Response handle(Request request) {
        return switch (request.segments().getFirst()) {
            case "echo" -> WebSocket.accept(request, WebSocketLimits.defaults(), List.of("two", "one"), this::echo);
            case "fail" ->
                WebSocket.accept(request, WebSocketLimits.defaults(), _ -> {
                    throw new IllegalStateException("as asked");
                });
            default -> Response.text(404, "nothing");
        };
    }

    private void echo(WebSocket socket) throws IOException {
        Optional<WebSocket.Message> message = socket.receive();
        while (message.isPresent()) {
            switch (message.get()) {
                case WebSocket.Message.Text(String text) -> socket.send(text);
                case WebSocket.Message.Binary(byte[] bytes) -> socket.send(bytes);
            }
            message = socket.receive();
        }
        seen.complete(socket.closing().orElseThrow());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
        loops.close();
    }

    private WebSocket connect(String target, String... fields) throws InterruptedException {
        return client.webSocket(origin, target, Fields.of(fields), WebSocketLimits.defaults());
    }

    @Test
    void messagesComeBack() throws Exception {
        try (WebSocket socket = connect("/echo")) {
            socket.send("hello");
            assertThat(socket.receive()).contains(new WebSocket.Message.Text("hello"));
            for (int size : new int[] {0, 125, 126, 65_535, 65_536, 1_000_000}) {
                socket.send(new byte[size]);
                assertThat(((WebSocket.Message.Binary) socket.receive().orElseThrow()).bytes())
                        .hasSize(size);
            }
        }
        assertThat(seen.get()).isEqualTo(new WebSocket.Closing(1000, ""));
    }

    @Test
    void closingSaysWhyAndIsAnswered() throws Exception {
        try (WebSocket socket = connect("/echo")) {
            socket.close(3001, "enough");
            assertThat(socket.receive()).isEmpty();
            assertThat(socket.closing().orElseThrow().code()).isEqualTo(3001);
        }
        assertThat(seen.get()).isEqualTo(new WebSocket.Closing(3001, "enough"));
    }

    @Test
    void aHandlerThatFailsClosesWith1011() throws Exception {
        try (WebSocket socket = connect("/fail")) {
            assertThat(socket.receive()).isEmpty();
            assertThat(socket.closing().orElseThrow().code()).isEqualTo(1011);
        }
    }

    @Test
    void theServerChoosesAmongTheOfferedSubprotocols() throws Exception {
        try (WebSocket socket = connect("/echo", "Sec-WebSocket-Protocol", "one, three, two")) {
            assertThat(socket.subprotocol()).isEqualTo("two");
        }
        try (WebSocket socket = connect("/echo", "Sec-WebSocket-Protocol", "four")) {
            assertThat(socket.subprotocol()).isEmpty();
        }
    }

    @Test
    void whereThereIsNoneTheAnswerIsTold() {
        assertThatThrownBy(() -> connect("/nothing"))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("answered 404");
    }

    @Test
    void anotherSiteIsRefused() throws Exception {
        assertThatThrownBy(() -> connect("/echo", "Origin", "https://evil.example"))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("answered 403");
        connect("/echo", "Origin", "https://" + origin.address()).close();
    }

    @Test
    void requestsGoOnBeside() throws Exception {
        try (WebSocket socket = connect("/echo");
                ClientResponse answer = client.send(origin, ClientRequest.get("/x"))) {
            assertThat(answer.status()).isEqualTo(404);
            socket.send("still");
            assertThat(socket.receive()).contains(new WebSocket.Message.Text("still"));
        }
    }

    @Test
    void aRequestThatAsksForNoneIsToldWhatIsExpected() throws Exception {
        Request plain = Request.of("GET", "/echo", Fields.empty(), InputStream.nullInputStream());
        assertThat(handle(plain).status()).isEqualTo(426);
        assertThat(version).isNotNull();
    }
}
