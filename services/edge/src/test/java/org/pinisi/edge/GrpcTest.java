package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Origin;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// What gRPC needs of a proxy (its document "gRPC over HTTP2").
@Timeout(60)
final class GrpcTest {
    private final Loops loops = Loops.create("test", 1);
    private final AtomicReference<Request> asked = new AtomicReference<>();
    private final HttpServer upstream;
    private final HttpClient client = HttpClient.builder().http2PriorKnowledge().build();

    @TempDir
    Path folder;

    private EdgeFixture edge;

    GrpcTest() {
        upstream = HttpServer.builder(Address.inet("127.0.0.1", 0), this::handle, loops)
                .http2(true)
                .start();
    }

    private Response handle(Request request) throws Exception {
        asked.set(request);
        byte[] message = request.bodyAsBytes(99);
        return Response.stream(200, "application/grpc", out -> out.write(message))
                .withTrailers(() -> Fields.of("grpc-status", "5", "grpc-message", "not there"));
    }

    @BeforeEach
    void open() {
        edge = new EdgeFixture(folder);
        edge.route("app", new Upstream("app-1", upstream.address()).withProtocol(UpstreamProtocol.H2C));
    }

    @AfterEach
    void close() {
        client.close();
        edge.close();
        upstream.close(Duration.ofMillis(10));
        loops.close();
    }

    private ClientResponse call(String host) throws InterruptedException {
        ClientRequest request = ClientRequest.of("POST", "/a.Service/Method")
                .withBody("application/grpc", "12345".getBytes(US_ASCII))
                .with("grpc-timeout", "5S")
                .with("Host", host)
                .wantingTrailers();
        return client.send(Origin.plain(edge.edge().addresses().getFirst()), request);
    }

    @Test
    void statusAndMessageComeAsTrailers() throws Exception {
        try (ClientResponse answer = call("app.test")) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.bodyAsText(99)).isEqualTo("12345");
            assertThat(answer.trailers().first("grpc-status")).hasValue("5");
            assertThat(answer.trailers().first("grpc-message")).hasValue("not there");
        }
        assertThat(asked.get().fields().first("te")).hasValue("trailers");
        assertThat(asked.get().fields().first("grpc-timeout")).hasValue("5S");
    }

    @Test
    void aFailureOfTheEdgeIsAStatusOfGrpc() throws Exception {
        upstream.close(Duration.ofMillis(10));
        try (ClientResponse answer = call("app.test")) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.fields().first("grpc-status")).hasValue("14");
            assertThat(answer.fields().first("Content-Type")).hasValue("application/grpc");
            assertThat(answer.bodyAsText(99)).isEmpty();
        }
        try (ClientResponse answer = call("nobody.test")) {
            assertThat(answer.fields().first("grpc-status")).hasValue("12");
        }
    }

    @Test
    void theCodeOfAnUpstreamsResetIsPassedOn() throws Exception {
        try (FrameUpstream resetting = new FrameUpstream(0x8)) {
            edge.route("app", new Upstream("app-2", resetting.address()).withProtocol(UpstreamProtocol.H2C));
            assertThatThrownBy(() -> {
                        try (ClientResponse answer = call("app.test")) {
                            answer.bodyAsText(99);
                        }
                    })
                    .hasMessageContaining("CANCEL");
        }
    }
}
