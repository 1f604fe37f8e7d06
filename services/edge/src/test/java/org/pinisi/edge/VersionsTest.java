package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.Fields;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Origin;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.pinisi.http.WebSocket;
import org.pinisi.http.WebSocketLimits;

/// Every kind of exchange, between clients and upstreams of each version of HTTP.
@Timeout(60)
@ParameterizedClass(name = "client {0}, upstream {1}")
@CsvSource({"HTTP/1.1, HTTP1", "HTTP/1.1, H2C", "HTTP/2, HTTP1", "HTTP/2, H2C"})
final class VersionsTest {
    private static final int LARGE = 8 << 20;

    private final String version;
    private final UpstreamProtocol protocol;
    private final Loops loops = Loops.create("test", 1);
    private final AtomicReference<Handler> handler = new AtomicReference<>(request -> {
        throw new IllegalStateException("no handler was set");
    });
    private final AtomicReference<Request> asked = new AtomicReference<>();

    @TempDir
    Path folder;

    private HttpServer upstream;
    private EdgeFixture edge;
    private HttpClient client;

    VersionsTest(String version, UpstreamProtocol protocol) {
        this.version = version;
        this.protocol = protocol;
        this.upstream = HttpServer.builder(Address.inet("127.0.0.1", 0), this::handle, loops)
                .http2(true)
                .start();
    }

    private Response handle(Request request) throws Exception {
        asked.set(request);
        return handler.get().handle(request);
    }

    @BeforeEach
    void open() {
        edge = new EdgeFixture(folder);
        edge.route("app", new Upstream("app-1", upstream.address()).withProtocol(protocol));
        HttpClient.Builder builder = HttpClient.builder().answerTime(Duration.ofSeconds(20));
        client = version.equals("HTTP/2") ? builder.http2PriorKnowledge().build() : builder.build();
    }

    @AfterEach
    void close() {
        client.close();
        edge.close();
        upstream.close(Duration.ofMillis(10));
        loops.close();
    }

    private ClientResponse send(ClientRequest request) throws InterruptedException {
        return client.send(Origin.plain(edge.edge().addresses().getFirst()), request.with("Host", "app.test"));
    }

    private static byte[] large() {
        byte[] bytes = new byte[LARGE];
        for (int i = 0; i < LARGE; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 13));
        }
        return bytes;
    }

    private static long sum(byte[] bytes) {
        CRC32 sum = new CRC32();
        sum.update(bytes);
        return sum.getValue();
    }

    @Test
    void aSmallAnswerComesWithItsFields() throws Exception {
        handler.set(_ -> Response.text(200, "hello").with("X-Own", "1").with("Set-Cookie", "a=b"));
        for (int i = 0; i < 3; i++) {
            try (ClientResponse answer = send(ClientRequest.get("/a?b=c").with("X-Mine", "2"))) {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.fields().first("X-Own")).hasValue("1");
                assertThat(answer.fields().first("Set-Cookie")).hasValue("a=b");
                assertThat(answer.fields().has("Connection")).isFalse();
                assertThat(answer.bodyAsText(100)).isEqualTo("hello");
            }
        }
        assertThat(asked.get().target()).isEqualTo("/a?b=c");
        assertThat(asked.get().fields().first("Host")).hasValue("app.test");
        assertThat(asked.get().fields().first("X-Mine")).hasValue("2");
        assertThat(asked.get().fields().first("X-Forwarded-For")).hasValue("127.0.0.1");
        assertThat(edge.stats("app").requests()).isEqualTo(3);
        Awaitility.await()
                .untilAsserted(() -> assertThat(edge.inFlight("app", "app-1")).isZero());
    }

    @Test
    void aLargeAnswerComesWhole() throws Exception {
        byte[] large = large();
        handler.set(_ -> Response.bytes(200, "application/octet-stream", large));
        try (ClientResponse answer = send(ClientRequest.get("/"))) {
            assertThat(sum(answer.bodyAsBytes(LARGE))).isEqualTo(sum(large));
        }
    }

    @Test
    void anAnswerOfUnknownLengthComesWhole() throws Exception {
        byte[] large = large();
        handler.set(_ -> Response.stream(200, "text/plain", out -> {
            for (int at = 0; at < LARGE; at += 10_000) {
                out.write(large, at, Math.min(10_000, LARGE - at));
            }
        }));
        try (ClientResponse answer = send(ClientRequest.get("/"))) {
            assertThat(answer.fields().has("Content-Length")).isFalse();
            assertThat(sum(answer.bodyAsBytes(LARGE))).isEqualTo(sum(large));
        }
        try (ClientResponse answer = send(ClientRequest.get("/"))) {
            assertThat(answer.bodyAsBytes(LARGE)).hasSize(LARGE);
        }
    }

    @Test
    void trailersComeToAClientThatTakesThem() throws Exception {
        handler.set(_ -> Response.stream(200, "text/plain", out -> out.write("abc".getBytes(US_ASCII)))
                .withTrailers(() -> Fields.of("X-Sum", "6", "X-Other", "7")));
        try (ClientResponse answer = send(ClientRequest.get("/").wantingTrailers())) {
            assertThat(answer.bodyAsText(9)).isEqualTo("abc");
            assertThat(answer.trailers().first("X-Sum")).hasValue("6");
            assertThat(answer.trailers().first("X-Other")).hasValue("7");
        }
        try (ClientResponse answer = send(ClientRequest.get("/"))) {
            assertThat(answer.bodyAsText(9)).isEqualTo("abc");
        }
    }

    @Test
    void anAnswerToHeadHasNoBody() throws Exception {
        handler.set(_ -> Response.text(200, "hello"));
        for (int i = 0; i < 2; i++) {
            try (ClientResponse answer = send(ClientRequest.of("HEAD", "/"))) {
                assertThat(answer.fields().first("Content-Length")).hasValue("5");
                assertThat(answer.bodyAsText(9)).isEmpty();
            }
        }
    }

    @Test
    void answersWithoutBodyEndWithTheirHead() throws Exception {
        for (int status : List.of(204, 304)) {
            handler.set(_ -> Response.empty(status).with("ETag", "\"1\""));
            for (int i = 0; i < 2; i++) {
                try (ClientResponse answer = send(ClientRequest.get("/"))) {
                    assertThat(answer.status()).isEqualTo(status);
                    assertThat(answer.fields().first("ETag")).hasValue("\"1\"");
                    assertThat(answer.bodyAsText(9)).isEmpty();
                }
            }
        }
    }

    @Test
    void anUploadOfKnownLengthComesWhole() throws Exception {
        byte[] large = large();
        handler.set(request -> Response.text(200, Long.toString(sum(request.bodyAsBytes(LARGE)))));
        for (int i = 0; i < 2; i++) {
            try (ClientResponse answer = send(ClientRequest.post("/", "application/octet-stream", large))) {
                assertThat(answer.bodyAsText(99)).isEqualTo(Long.toString(sum(large)));
            }
        }
        assertThat(asked.get().fields().first("Content-Length")).hasValue(Integer.toString(LARGE));
    }

    @Test
    void anUploadOfUnknownLengthComesWhole() throws Exception {
        byte[] large = large();
        handler.set(request -> Response.text(200, Long.toString(sum(request.bodyAsBytes(LARGE)))));
        ClientRequest request = ClientRequest.of("POST", "/").withBody("text/plain", out -> {
            for (int at = 0; at < LARGE; at += 10_000) {
                out.write(large, at, Math.min(10_000, LARGE - at));
            }
        });
        for (int i = 0; i < 2; i++) {
            try (ClientResponse answer = send(request)) {
                assertThat(answer.bodyAsText(99)).isEqualTo(Long.toString(sum(large)));
            }
        }
    }

    @Test
    void bothSidesMayStreamAtOnce() throws Exception {
        handler.set(request -> Response.stream(200, "text/plain", out -> {
            byte[] piece = new byte[5];
            while (request.body().readNBytes(piece, 0, 5) == 5) {
                out.write(piece);
                out.flush();
            }
        }));
        CountDownLatch answered = new CountDownLatch(1);
        AtomicBoolean early = new AtomicBoolean();
        ClientRequest request = ClientRequest.of("POST", "/").withBody("text/plain", out -> {
            out.write("first".getBytes(US_ASCII));
            out.flush();
            if (version.equals("HTTP/1.1")) {
                // This client reads the answer only when it has sent all.
                answered.countDown();
            }
            early.set(answered.await(1, TimeUnit.MILLISECONDS));
            out.write("later".getBytes(US_ASCII));
        });
        try (ClientResponse answer = send(request)) {
            assertThat(answer.bodyAsText(99)).isEqualTo("firstlater");
        }
    }

    @Test
    void anUploadRefusedEarlyIsAnswered() throws Exception {
        handler.set(_ -> Response.text(403, "no"));
        ClientRequest request = ClientRequest.of("POST", "/").withBody("text/plain", endless());
        try (ClientResponse answer = send(request)) {
            assertThat(answer.status()).isEqualTo(403);
        } catch (org.pinisi.http.HttpException broken) {
            // A client that only writes may meet the closed connection before it reads.
            assertThat(version).isEqualTo("HTTP/1.1");
        }
        handler.set(_ -> Response.text(200, "on"));
        try (ClientResponse answer = send(ClientRequest.get("/"))) {
            assertThat(answer.bodyAsText(9)).isEqualTo("on");
        }
    }

    private static org.pinisi.http.BodyWriter endless() {
        return out -> {
            byte[] piece = new byte[8192];
            for (int i = 0; i < 20_000; i++) {
                out.write(piece);
            }
        };
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForWhole() throws Exception {
        handler.set(_ -> Response.stream(200, "text/plain", out -> {
            out.write(new byte[100_000]);
            out.flush();
            throw new IOException("meant to break");
        }));
        assertThatThrownBy(() -> {
                    try (ClientResponse answer = send(ClientRequest.get("/"))) {
                        answer.bodyAsBytes(LARGE);
                    }
                })
                .isInstanceOf(Exception.class);
        handler.set(_ -> Response.text(200, "on"));
        try (ClientResponse answer = send(ClientRequest.get("/"))) {
            assertThat(answer.bodyAsText(9)).isEqualTo("on");
        }
        assertThat(edge.stats("app").badGateway()).isEqualTo(1);
    }

    @Test
    void aClientThatGoesAwayFreesTheUpstream() throws Exception {
        CountDownLatch broken = new CountDownLatch(1);
        handler.set(_ -> Response.stream(200, "text/plain", out -> {
            try {
                while (true) {
                    write(out);
                }
            } catch (IOException gone) {
                broken.countDown();
                throw gone;
            }
        }));
        try (ClientResponse answer = send(ClientRequest.get("/"));
                InputStream body = answer.body()) {
            assertThat(body.readNBytes(1000)).hasSize(1000);
        }
        assertThat(broken.await(30, TimeUnit.SECONDS)).isTrue();
        Awaitility.await()
                .untilAsserted(() -> assertThat(edge.inFlight("app", "app-1")).isZero());
    }

    private static void write(OutputStream out) throws IOException {
        out.write(new byte[10_000]);
        out.flush();
    }

    @Test
    void aRequestThatExpectsAContinueGetsIt() throws Exception {
        handler.set(request -> Response.text(200, new String(request.bodyAsBytes(99), US_ASCII)));
        ClientRequest request =
                ClientRequest.post("/", "text/plain", "body".getBytes(US_ASCII)).with("Expect", "100-continue");
        try (ClientResponse answer = send(request)) {
            assertThat(answer.bodyAsText(99)).isEqualTo("body");
        }
    }

    @Test
    void aWebSocketCarriesMessagesBothWays() throws Exception {
        handler.set(request -> WebSocket.accept(request, WebSocketLimits.defaults(), socket -> {
            for (String text = text(socket); !text.isEmpty(); text = text(socket)) {
                socket.send(text + " back");
            }
        }));
        try (WebSocket socket = client.webSocket(
                Origin.plain(edge.edge().addresses().getFirst()),
                "/socket",
                Fields.of("Host", "app.test"),
                WebSocketLimits.defaults())) {
            socket.send("there");
            assertThat(text(socket)).isEqualTo("there back");
            String large = "x".repeat(300_000);
            socket.send(large);
            assertThat(text(socket)).isEqualTo(large + " back");
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(edge.inFlight("app", "app-1")).isZero());
    }

    private static String text(WebSocket socket) throws IOException {
        return socket.receive()
                .map(message -> message instanceof WebSocket.Message.Text(String text) ? text : "")
                .orElse("");
    }

    @Test
    void manyRequestsAtOnceAreAnsweredEachWithItsOwn() throws Exception {
        handler.set(request -> Response.text(200, request.target()));
        ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> threads = IntStream.range(0, 200)
                .mapToObj(i -> Thread.ofVirtual().start(() -> {
                    try (ClientResponse answer = send(ClientRequest.get("/" + i))) {
                        String text = answer.status() + answer.bodyAsText(9999);
                        if (!text.equals("200/" + i)) {
                            wrong.add(i + " got " + text);
                        }
                    } catch (Exception failed) {
                        wrong.add(i + " failed: " + failed);
                    }
                }))
                .toList();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void anUpstreamThatIsAwayIsToldWithAPage() throws Exception {
        upstream.close(Duration.ofMillis(10));
        try (ClientResponse answer = send(ClientRequest.get("/"))) {
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.bodyAsText(10_000)).contains("Bad Gateway");
        }
        assertThat(edge.stats("app").badGateway()).isEqualTo(1);
    }
}
