package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Address;
import org.pinisi.http.Certificates;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;
import org.pinisi.http.TlsServer;
import org.pinisi.http.WebSocket;
import org.pinisi.http.WebSocketLimits;

/// Upstreams over TLS, that speak HTTP/2 or HTTP/1.1 alone, and upstreams on unix sockets.
@Timeout(60)
@ParameterizedClass(name = "HTTP/2 {0}")
@ValueSource(booleans = {true, false})
final class UpstreamTlsTest {
    private final boolean http2;
    private final Loops loops = Loops.create("test", 1);
    private final Certificates certificates = new Certificates();
    private final TlsServer tls;
    private final HttpServer upstream;

    @TempDir
    Path folder;

    private EdgeFixture edge;

    UpstreamTlsTest(boolean http2) {
        this.http2 = http2;
        certificates.put("", TlsFiles.certified("address"));
        tls = TlsServer.builder(certificates).build();
        upstream = HttpServer.builder(
                        Address.inet("127.0.0.1", 0),
                        request -> request.upgrade().isPresent()
                                ? WebSocket.accept(
                                        request, WebSocketLimits.defaults(), socket -> socket.send("over TLS"))
                                : Response.text(200, request.isSecure() ? "secret" : "clear"),
                        loops)
                .http2(http2)
                .tls(tls)
                .start();
    }

    @BeforeEach
    void open() {
        edge = new EdgeFixture(folder);
    }

    @AfterEach
    void close() {
        edge.close();
        upstream.close(Duration.ofMillis(10));
        tls.close();
        loops.close();
    }

    private void route(UpstreamTls wanted) {
        edge.route(
                "app",
                new Upstream("app-1", upstream.address())
                        .withProtocol(UpstreamProtocol.HTTPS)
                        .withTls(wanted));
    }

    private UpstreamTls trusting(Optional<Path> authorities, Optional<String> fingerprint, boolean verify) {
        return new UpstreamTls(Optional.empty(), verify, authorities, fingerprint, Optional.empty(), Optional.empty());
    }

    private Wire.Answer ask() throws IOException {
        try (Wire wire = edge.connect()) {
            for (int i = 0; i < 2; i++) {
                wire.get("app.test", "/").answer();
            }
            return wire.get("app.test", "/").answer();
        }
    }

    @Test
    void isBelievedWhenAGivenAuthorityVouchesForIt() throws Exception {
        route(trusting(Optional.of(TlsFiles.write(folder, "servers.crt")), Optional.empty(), true));
        assertThat(ask().body()).isEqualTo("secret");
    }

    @Test
    void isBelievedByItsFingerprint() throws Exception {
        byte[] sum = MessageDigest.getInstance("SHA-256")
                .digest(TlsFiles.certified("address").chain().getFirst().getEncoded());
        route(trusting(Optional.empty(), Optional.of(HexFormat.of().formatHex(sum)), true));
        assertThat(ask().body()).isEqualTo("secret");
    }

    @Test
    void isNotBelievedOtherwise() throws Exception {
        route(UpstreamTls.defaults());
        assertThat(ask().status()).isEqualTo(502);
        route(trusting(Optional.empty(), Optional.of("00".repeat(32)), true));
        assertThat(ask().status()).isEqualTo(502);
    }

    @Test
    void isBelievedBlindlyWhenTheRouteSaysSo() throws Exception {
        route(trusting(Optional.empty(), Optional.empty(), false));
        assertThat(ask().body()).isEqualTo("secret");
    }

    @Test
    void carriesWebSockets() throws Exception {
        route(trusting(Optional.empty(), Optional.empty(), false));
        assertThat(ask().body()).isEqualTo("secret");
        try (HttpClient client = HttpClient.create();
                WebSocket socket = client.webSocket(
                        org.pinisi.http.Origin.plain(edge.edge().addresses().getFirst()),
                        "/",
                        Fields.of("Host", "app.test"),
                        WebSocketLimits.defaults())) {
            assertThat(socket.receive()).contains(new WebSocket.Message.Text("over TLS"));
        }
    }

    @Test
    void mayListenOnAUnixSocketInClear() throws Exception {
        try (HttpServer local = HttpServer.builder(
                        new Address.Unix(folder.resolve("app.sock")), _ -> Response.text(200, "local"), loops)
                .http2(http2)
                .start()) {
            edge.route(
                    "app",
                    new Upstream("app-1", local.address())
                            .withProtocol(http2 ? UpstreamProtocol.H2C : UpstreamProtocol.HTTP1));
            assertThat(ask().body()).isEqualTo("local");
        }
    }

    @Test
    void aFileOfAuthoritiesThatIsNotThereIsToldWhenTheRouteIsSet() {
        assertThatThrownBy(() -> route(trusting(Optional.of(folder.resolve("none.crt")), Optional.empty(), true)))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("app-1")
                .hasMessageContaining("none.crt");
    }
}
