package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.pinisi.flow.Flows;
import org.pinisi.flow.Protocol;
import org.pinisi.flow.Protocols;
import org.pinisi.flow.TlsClient;

/// The client with our own server, the same in every version of HTTP.
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
final class HttpVersionsTest {
    private static final int LARGE = 5_000_000;

    enum Version {
        HTTP1,
        HTTP2,
        HTTP1_TLS,
        HTTP2_TLS;

        boolean secure() {
            return this == HTTP1_TLS || this == HTTP2_TLS;
        }
    }

    private final Version version;
    private final Loops loops = Loops.create("test", 1);
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Origin origin;

    HttpVersionsTest(Version version) {
        this.version = version;
        HttpServer.Builder builder = HttpServer.builder(Address.inet("127.0.0.1", 0), HttpVersionsTest::handle, loops)
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
        this.origin = new Origin(server.address(), version.secure());
    }

    private static Response handle(Request request) throws IOException {
        return switch (request.segments().getFirst()) {
            case "echo" -> Response.bytes(200, "x/y", request.body().readAllBytes());
            case "large" -> Response.stream(200, "x/y", out -> out.write(random(LARGE)));
            case "fields" ->
                Response.text(200, request.fields().first("X-Name").orElse("none"))
                        .with("X-Other", "o");
            case "trailers" ->
                Response.stream(200, "x/y", out -> out.write(random(10))).withTrailers(() -> Fields.of("x-sum", "42"));
            default -> Response.text(404, "nothing");
        };
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private HttpClient.Builder builder() {
        HttpClient.Builder builder = HttpClient.builder()
                .tls(TlsClient.builder().trustEveryone().build())
                .http2(version == Version.HTTP2_TLS)
                .connectTime(Duration.ofSeconds(30));
        return version == Version.HTTP2 ? builder.http2PriorKnowledge() : builder;
    }

    private HttpClient client() {
        HttpClient client = builder().build();
        open.add(client);
        return client;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable closeable : open.reversed()) {
            closeable.close();
        }
        loops.close();
    }

    @Test
    void fieldsGoBothWays() throws Exception {
        try (ClientResponse answer =
                client().send(origin, ClientRequest.get("/fields").with("X-Name", "n"))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.fields().first("x-other")).contains("o");
            assertThat(answer.bodyAsText(99)).isEqualTo("n");
        }
    }

    @Test
    void bodiesOfManySizesComeBackAsTheyWere() throws Exception {
        HttpClient client = client();
        for (int size : new int[] {0, 1, 100, 16_383, 16_384, 16_385, 65_535, 65_536, 1_000_000, LARGE}) {
            byte[] body = random(size);
            try (ClientResponse answer = client.send(origin, ClientRequest.post("/echo", "x/y", body))) {
                assertThat(Arrays.equals(answer.bodyAsBytes(LARGE + 1), body))
                        .as("%s bytes", size)
                        .isTrue();
            }
        }
    }

    @Test
    void aStreamedBodyComesBackAsItWas() throws Exception {
        ClientRequest request = ClientRequest.of("POST", "/echo").withBody("x/y", out -> {
            byte[] bytes = random(LARGE);
            for (int i = 0; i < LARGE; i += 1000) {
                out.write(bytes, i, 1000);
            }
        });
        try (ClientResponse answer = client().send(origin, request)) {
            assertThat(Arrays.equals(answer.bodyAsBytes(LARGE + 1), random(LARGE)))
                    .isTrue();
        }
    }

    @Test
    void manyCallersAtOnceGetTheirOwnAnswers() throws Exception {
        HttpClient client = client();
        List<CompletableFuture<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] body = random(10_000 + i * 7_919);
            CompletableFuture<Boolean> result = new CompletableFuture<>();
            results.add(result);
            Thread.ofVirtual().start(() -> {
                try (ClientResponse answer = client.send(origin, ClientRequest.post("/echo", "x/y", body))) {
                    result.complete(Arrays.equals(answer.bodyAsBytes(LARGE), body));
                } catch (InterruptedException | RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        }
        for (CompletableFuture<Boolean> result : results) {
            assertThat(result.get()).isTrue();
        }
    }

    @Test
    void anAnswerThatIsGivenUpDoesNotHinderTheNext() throws Exception {
        HttpClient client = client();
        for (int i = 0; i < 20; i++) {
            try (ClientResponse answer = client.send(origin, ClientRequest.get("/large"))) {
                assertThat(answer.body().readNBytes(10)).hasSize(10);
            }
        }
        try (ClientResponse answer = client.send(origin, ClientRequest.get("/fields"))) {
            assertThat(answer.bodyAsText(9)).isEqualTo("none");
        }
    }

    @Test
    void everythingWorksInFragmentsOfAnySize() throws Exception {
        for (int most : new int[] {1, 2, 3, 5, 7, 8, 9, 10, 13, 17, 24, 33, 100, 1000, 16_393}) {
            Protocols chopped = Protocols.of(new Protocol(
                    "chopped",
                    1,
                    Set.of(Flows.HOST, Flows.PORT),
                    known -> new ChoppedFlow(
                            Flows.tcp(known.require(Flows.HOST), known.require(Flows.PORT), Duration.ofSeconds(9)),
                            most)));
            byte[] body = random(30_000);
            try (HttpClient client = builder().protocols(chopped).build();
                    ClientResponse answer = client.send(origin, ClientRequest.post("/echo", "x/y", body))) {
                assertThat(answer.bodyAsBytes(30_001)).as("by %s", most).isEqualTo(body);
            }
        }
    }

    @Test
    void whatComesBehindTheBodyIsKept() throws Exception {
        try (ClientResponse answer =
                client().send(origin, ClientRequest.get("/trailers").wantingTrailers())) {
            assertThat(answer.bodyAsBytes(99)).hasSize(10);
            assertThat(answer.trailers().first("x-sum")).contains("42");
        }
    }

    @Test
    void headHasNoBody() throws Exception {
        try (ClientResponse answer = client().send(origin, ClientRequest.of("HEAD", "/fields"))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.bodyAsBytes(9)).isEmpty();
        }
    }

    @Test
    void aBodyThatCannotBeWrittenIsToldAndHindersNothing() throws Exception {
        HttpClient client = client();
        ClientRequest broken = ClientRequest.of("POST", "/echo").withBody("x/y", out -> {
            out.write(random(100_000));
            throw new IllegalStateException("no more of it");
        });
        assertThatThrownBy(() -> client.send(origin, broken)).hasMessageContaining("no more of it");
        try (ClientResponse answer = client.send(origin, ClientRequest.get("/fields"))) {
            assertThat(answer.bodyAsText(9)).isEqualTo("none");
        }
    }

    @Test
    void aClosedClientSendsNothing() throws Exception {
        HttpClient client = client();
        try (ClientResponse answer = client.send(origin, ClientRequest.get("/fields"));
                InputStream body = answer.body()) {
            assertThat(body.readAllBytes()).hasSize(4);
        }
        client.close();
        assertThatThrownBy(() -> client.send(origin, ClientRequest.get("/fields")))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void aUnixSocketServesAsWell(@TempDir Path folder) throws Exception {
        HttpServer.Builder builder = HttpServer.builder(
                        Address.unix(folder.resolve("s")), HttpVersionsTest::handle, loops)
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
        try (ClientResponse answer =
                client().send(new Origin(server.address(), version.secure()), ClientRequest.get("/fields"))) {
            assertThat(answer.bodyAsText(9)).isEqualTo("none");
        }
    }
}
