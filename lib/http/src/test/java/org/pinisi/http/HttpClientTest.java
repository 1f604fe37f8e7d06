package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
@ExtendWith(LeakCheck.class)
final class HttpClientTest {
    private final Loops loops = Loops.create("test", 1);
    private final CountDownLatch never = new CountDownLatch(1);
    private final HttpServer server = HttpServer.builder(Address.inet("127.0.0.1", 0), this::handle, loops)
            .heartbeat(Duration.ofMillis(20))
            .start();
    private final Address address = server.address();
    private final HttpClient client = HttpClient.create();

    private Response handle(Request request) throws Exception {
        return switch (request.segments().getFirst()) {
            case "port" ->
                Response.text(200, "" + request.remoteAddress().orElseThrow().getPort());
            case "echo" ->
                Response.bytes(200, "application/octet-stream", request.body().readAllBytes());
            case "large" ->
                Response.stream(200, "text/plain", out -> {
                    for (int i = 0; i < 1000; i++) {
                        out.write("0123456789".repeat(100).getBytes(StandardCharsets.UTF_8));
                    }
                });
            case "events" ->
                Response.events(sink -> {
                    sink.send(new ServerEvent("1", "first", "a\nb"));
                    sink.send(ServerEvent.data("c"));
                });
            case "never" -> {
                never.await();
                yield Response.empty(204);
            }
            default ->
                Response.text(
                        404,
                        request.rawPath() + " " + request.fields().first("Host").orElse(""));
        };
    }

    @AfterEach
    void stop() {
        client.close();
        server.close(Duration.ofMillis(1));
        loops.close();
    }

    @Test
    void getsAnAnswerWithStatusFieldsAndBody() throws Exception {
        try (ClientResponse answer = client.get(address, "/missing")) {
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.fields().first("content-type")).contains("text/plain; charset=utf-8");
            assertThat(answer.bodyAsText(99)).isEqualTo("/missing " + address);
        }
    }

    @Test
    void aConnectionIsUsedAgainWhenTheBodyWasRead() throws Exception {
        String first;
        try (ClientResponse answer = client.get(address, "/port")) {
            first = answer.bodyAsText(9);
        }
        try (ClientResponse answer = client.get(address, "/port")) {
            assertThat(answer.bodyAsText(9)).isEqualTo(first);
        }
    }

    @Test
    void aConnectionIsClosedWhenTheBodyWasNotRead() throws Exception {
        client.get(address, "/large").close();
        try (ClientResponse answer = client.get(address, "/port")) {
            assertThat(answer.status()).isEqualTo(200);
        }
    }

    @Test
    void bodiesStreamBothWays() throws Exception {
        ClientRequest request = ClientRequest.of("POST", "/echo").withBody("text/plain", out -> {
            for (int i = 0; i < 5000; i++) {
                out.write("0123456789".getBytes(StandardCharsets.UTF_8));
            }
        });
        try (ClientResponse answer = client.send(address, request)) {
            assertThat(answer.bodyAsText(1 << 20)).isEqualTo("0123456789".repeat(5000));
        }
        try (ClientResponse answer =
                client.send(address, ClientRequest.post("/echo", "text/plain", new byte[] {1, 2}))) {
            assertThat(answer.bodyAsBytes(9)).containsExactly(1, 2);
        }
    }

    @Test
    void aBodyLongerThanWantedIsRefused() throws Exception {
        try (ClientResponse answer = client.get(address, "/large")) {
            assertThatThrownBy(() -> answer.bodyAsBytes(1000))
                    .isInstanceOf(HttpException.class)
                    .hasMessageContaining("more than 1000 bytes");
        }
    }

    @Test
    void headHasNoBody() throws Exception {
        try (ClientResponse answer = client.send(address, ClientRequest.of("HEAD", "/port"))) {
            assertThat(answer.bodyAsBytes(9)).isEmpty();
        }
    }

    @Test
    void eventsAreRead() throws Exception {
        try (ClientResponse answer = client.get(address, "/events")) {
            EventReader events = answer.events();
            assertThat(events.next()).contains(new ServerEvent("1", "first", "a\nb"));
            assertThat(events.next()).contains(new ServerEvent("1", "", "c"));
            assertThat(events.next()).isEmpty();
            assertThat(events.lastId()).isEqualTo("1");
        }
    }

    @Test
    void interruptionEndsTheCallAndClosesTheConnection() throws Exception {
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        Thread caller = Thread.ofVirtual().start(() -> {
            started.countDown();
            try (ClientResponse answer = client.get(address, "/never")) {
                outcome.set(new AssertionError(answer.status()));
            } catch (InterruptedException e) {
                outcome.set(e);
            }
        });
        started.await();
        await().until(() -> caller.getState() == Thread.State.WAITING);
        caller.interrupt();
        caller.join();
        assertThat(outcome.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void aSlowAnswerIsATimeout() {
        try (HttpClient hasty =
                HttpClient.builder().answerTime(Duration.ofMillis(50)).build()) {
            assertThatThrownBy(() -> hasty.get(address, "/never"))
                    .isInstanceOfSatisfying(
                            HttpException.class, e -> assertThat(e.status()).isEqualTo(504))
                    .hasMessageContaining("no answer within PT0.05S");
        }
    }

    @Test
    void anUnreachableServerIsNamed() throws Exception {
        Address nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = Address.inet("127.0.0.1", socket.getLocalPort());
        }
        assertThatThrownBy(() -> client.get(nobody, "/"))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining(nobody.toString());
    }

    @Test
    void aRepeatableRequestSurvivesAConnectionThatDiedUnseen() throws Exception {
        try (RudeServer rude = new RudeServer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            for (int i = 0; i < 3; i++) {
                try (ClientResponse answer = client.get(rude.address(), "/")) {
                    assertThat(answer.bodyAsText(9)).isEqualTo("ok");
                }
            }
            assertThat(rude.connections.get()).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aServerThatBreaksTheRulesIsABadGateway() throws Exception {
        for (String text : new String[] {
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            "SSH-2.0-x\r\n"
        }) {
            try (RudeServer rude = new RudeServer(text)) {
                assertThatThrownBy(() -> {
                            try (ClientResponse answer = client.send(rude.address(), ClientRequest.of("POST", "/"))) {
                                answer.bodyAsBytes(99);
                            }
                        })
                        .as(text)
                        .isInstanceOfSatisfying(
                                HttpException.class, e -> assertThat(e.status()).isEqualTo(502));
            }
        }
    }

    /// Answers each connection's first request with the same text and closes it at the second.
    private static final class RudeServer implements AutoCloseable {
        private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final AtomicBoolean closed = new AtomicBoolean();
        final AtomicInteger connections = new AtomicInteger();

        RudeServer(String text) throws IOException {
            Thread.ofVirtual().start(() -> {
                while (!closed.get()) {
                    try (Socket socket = listener.accept()) {
                        connections.incrementAndGet();
                        if (socket.getInputStream().read(new byte[4096]) > 0) {
                            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                        }
                        if (text.endsWith("ok")) {
                            int _ = socket.getInputStream().read(new byte[4096]);
                        }
                    } catch (IOException _) {
                        closed.set(true);
                    }
                }
            });
        }

        Address address() {
            return Address.inet("127.0.0.1", listener.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }
}
