package org.pinisi.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

/// Both ends are ours here, over memory; TlsClientIT talks to others.
final class TlsFlowTest extends FlowRules {
    private static final Duration TIME = Duration.ofSeconds(20);

    private final Flow[] under = Flows.pair();

    @Override
    Flow[] connect() throws Exception {
        return connect(trusting().build(), "localhost", _ -> {});
    }

    private static TlsClient.Builder trusting() throws Exception {
        return TlsClient.builder().trust(List.of(TestCertificates.certificate("authority")));
    }

    private Flow[] connect(TlsClient client, String name, Consumer<SSLEngine> setting) throws Exception {
        Flow[] pair = Flows.pair();
        SSLEngine engine = TestCertificates.server().createSSLEngine();
        engine.setUseClientMode(false);
        setting.accept(engine);
        Flow[] far = new Flow[1];
        Thread server = Thread.ofVirtual().start(() -> {
            try {
                far[0] = TlsFlow.connected(pair[1], engine, "server", TIME);
            } catch (IOException e) {
                pair[1].close();
            }
        });
        Flow near = client.over(pair[0], name, TIME);
        server.join();
        return new Flow[] {near, far[0]};
    }

    private static void alpn(SSLEngine engine, String... protocols) {
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setApplicationProtocols(protocols);
        engine.setSSLParameters(parameters);
    }

    @Test
    void theServersChoiceOfProtocolIsTold() throws Exception {
        TlsClient client = trusting().protocols("h2", "http/1.1").build();
        assertThat(TlsClient.applicationProtocol(
                        connect(client, "localhost", engine -> alpn(engine, "http/1.1", "h2"))[0]))
                .isEqualTo("http/1.1");
        assertThat(TlsClient.applicationProtocol(connect(client, "localhost", _ -> {})[0]))
                .isEmpty();
        assertThat(TlsClient.applicationProtocol(under[0])).isEmpty();
    }

    @Test
    void bothVersionsWork() throws Exception {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            Flow[] pair = connect(
                    trusting().build(), "localhost", engine -> engine.setEnabledProtocols(new String[] {version}));
            assertThat(TlsClient.version(pair[0])).contains(version);
            pair[1].write(new byte[] {1}, 0, 1);
            assertThat(pair[0].read(new byte[5], 0, 5)).isEqualTo(1);
        }
    }

    @Test
    void anotherNameThanTheCertificatesIsRefused() throws Exception {
        TlsClient client = trusting().build();
        assertThatThrownBy(() -> connect(client, "example.com", _ -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("tls example.com over memory")
                .hasMessageContaining("example.com");
    }

    @Test
    void anUnknownAuthorityIsRefused() {
        assertThatThrownBy(() -> connect(TlsClient.create(), "localhost", _ -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("unable to find valid certification path");
    }

    @Test
    void theServersOwnCertificateMayBeWhatIsTrusted() throws Exception {
        TlsClient client = TlsClient.builder()
                .trust(List.of(TestCertificates.certificate("server")))
                .build();
        Flow near = connect(client, "127.0.0.1", _ -> {})[0];
        assertThat(TlsClient.certificates(near)).containsExactly(TestCertificates.certificate("server"));
    }

    @Test
    void aFingerprintOfCertificateOrKeyIsEnoughWhateverTheName() throws Exception {
        byte[] key = MessageDigest.getInstance("SHA-256")
                .digest(TestCertificates.certificate("server").getPublicKey().getEncoded());
        for (String pin : List.of(
                TlsClient.fingerprint(TestCertificates.certificate("server")),
                HexFormat.ofDelimiter(":").withUpperCase().formatHex(key),
                "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(key))) {
            TlsClient client = TlsClient.builder().trustFingerprint(pin).build();
            assertThat(connect(client, "elsewhere.example", _ -> {})[0]).as(pin).isNotNull();
        }
    }

    @Test
    void anotherFingerprintIsRefusedAndTheRightOneNamed() throws Exception {
        TlsClient client = TlsClient.builder().trustFingerprint("00".repeat(32)).build();
        assertThatThrownBy(() -> connect(client, "localhost", _ -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(TlsClient.fingerprint(TestCertificates.certificate("server")));
    }

    @Test
    void whatIsNoFingerprintIsRefused() {
        for (String text : List.of("", "xyz", "00", "sha256:!!", "SHA256:AAAA")) {
            assertThatThrownBy(() -> TlsClient.builder().trustFingerprint(text))
                    .as(text)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("expected: a SHA-256");
        }
    }

    @Test
    void everyoneIsTrustedOnlyOnDemand() throws Exception {
        assertThat(connect(TlsClient.builder().trustEveryone().build(), "any.example", _ -> {})[0])
                .isNotNull();
    }

    @Test
    void aServerThatAsksWhoWeAreIsTold() throws Exception {
        TlsClient client = trusting()
                .identity(new TlsClient.Identity(
                        List.of(TestCertificates.certificate("client")), TestCertificates.key("client")))
                .build();
        Flow[] pair = connect(client, "localhost", engine -> engine.setNeedClientAuth(true));
        pair[1].write(new byte[] {1}, 0, 1);
        assertThat(pair[0].read(new byte[1], 0, 1)).isEqualTo(1);
        assertThat(TlsClient.certificates(pair[1])).containsExactly(TestCertificates.certificate("client"));
    }

    @Test
    void aConnectionCutWithoutGoodbyeIsAnErrorAndNoEnd() throws Exception {
        Flow[] pair = Flows.pair();
        SSLEngine engine = TestCertificates.server().createSSLEngine();
        engine.setUseClientMode(false);
        Thread server = Thread.ofVirtual().start(() -> {
            try {
                TlsFlow.connected(pair[1], engine, "server", TIME);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            pair[1].close();
        });
        Flow near = trusting().build().over(pair[0], "localhost");
        server.join();
        assertThatThrownBy(() -> near.read(new byte[1], 0, 1))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("without a goodbye");
    }

    @Test
    void aServerThatSpeaksNoTlsIsAnError() throws Exception {
        under[1].write("SSH-2.0-nothing of the kind\r\n".getBytes(StandardCharsets.US_ASCII), 0, 20);
        TlsClient client = trusting().build();
        assertThatThrownBy(() -> client.over(under[0], "localhost")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> under[0].read(new byte[1], 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void aSilentServerIsATimeout() throws Exception {
        TlsClient client = trusting().build();
        assertThatThrownBy(() -> client.over(under[0], "localhost", Duration.ofMillis(30)))
                .isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void damagedBytesEndTheConnection() throws Exception {
        Flow[] pair = connect();
        TlsFlow far = (TlsFlow) pair[1];
        far.under()
                .write(
                        new byte[] {
                            23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20
                        },
                        0,
                        25);
        assertThatThrownBy(() -> pair[0].read(new byte[1], 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void tlsGoesOverTls() throws Exception {
        Flow[] outer = connect();
        SSLEngine engine = TestCertificates.server().createSSLEngine();
        engine.setUseClientMode(false);
        Flow[] far = new Flow[1];
        Thread server = Thread.ofVirtual().start(() -> {
            try {
                far[0] = TlsFlow.connected(outer[1], engine, "inner", TIME);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        Flow near = trusting().build().over(outer[0], "example.org");
        server.join();
        far[0].write(new byte[] {4}, 0, 1);
        assertThat(near.input().readNBytes(1)).containsExactly(4);
        assertThat(near.description()).isEqualTo("tls example.org over tls localhost over memory");
    }
}
