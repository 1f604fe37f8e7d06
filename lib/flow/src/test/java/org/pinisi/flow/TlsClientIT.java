package org.pinisi.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/// Against OpenSSL's server and the JDK's.
final class TlsClientIT {
    private static final Duration TIME = Duration.ofSeconds(20);

    /// `openssl s_server -rev`, which answers each line with the line reversed.
    private static final class OpenSsl implements AutoCloseable {
        private final Process process;
        final int port;

        OpenSsl(String... more) throws IOException {
            List<String> line = new ArrayList<>(List.of("openssl", "s_server", "-accept", "127.0.0.1:0", "-rev"));
            line.addAll(List.of("-cert", TestCertificates.path("server.pem").toString()));
            line.addAll(List.of("-key", TestCertificates.path("server.key.pem").toString()));
            line.addAll(List.of(more));
            process = new ProcessBuilder(line).redirectErrorStream(true).start();
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            int found = 0;
            for (String text = output.readLine(); text != null && found == 0; ) {
                if (text.startsWith("ACCEPT ")) {
                    found = Integer.parseInt(
                            text.substring(text.lastIndexOf(':') + 1).strip());
                } else {
                    text = output.readLine();
                }
            }
            port = found;
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }

    private static Context to(int port, TlsClient client) {
        return Flows.to("127.0.0.1", port)
                .with(Flows.TLS, client)
                .with(Flows.SERVER_NAME, "localhost")
                .with(Flows.PATIENCE, TIME);
    }

    private static TlsClient.Builder trusting() throws Exception {
        return TlsClient.builder().trust(List.of(TestCertificates.certificate("authority")));
    }

    private static String ask(Flow flow, String line) throws IOException {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.US_ASCII);
        flow.write(bytes, 0, bytes.length);
        return new BufferedReader(new InputStreamReader(flow.input(), StandardCharsets.US_ASCII)).readLine();
    }

    @Test
    void bothVersionsOfOpenSslAreSpokenTo() throws Exception {
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            try (OpenSsl server = new OpenSsl(version);
                    Flow flow =
                            Flows.standard().resolve(to(server.port, trusting().build()))) {
                assertThat(ask(flow, "abc")).isEqualTo("cba");
                assertThat(TlsClient.version(flow))
                        .contains("TLSv" + version.substring(4).replace('_', '.'));
            }
        }
    }

    @Test
    void openSslChoosesTheProtocol() throws Exception {
        try (OpenSsl server = new OpenSsl("-alpn", "h2,http/1.1");
                Flow flow = Flows.standard()
                        .resolve(to(
                                server.port,
                                trusting().protocols("http/1.1", "h2").build()))) {
            assertThat(TlsClient.applicationProtocol(flow)).isEqualTo("h2");
        }
    }

    @Test
    void openSslSeesWhoWeAre() throws Exception {
        TlsClient.Identity identity =
                new TlsClient.Identity(List.of(TestCertificates.certificate("client")), TestCertificates.key("client"));
        String authority = TestCertificates.path("authority.pem").toString();
        try (OpenSsl server = new OpenSsl("-Verify", "1", "-verify_return_error", "-CAfile", authority)) {
            try (Flow flow = Flows.standard()
                    .resolve(to(server.port, trusting().identity(identity).build()))) {
                assertThat(ask(flow, "who")).isEqualTo("ohw");
            }
            assertThatThrownBy(() -> {
                        try (Flow flow = Flows.standard()
                                .resolve(to(server.port, trusting().build()))) {
                            ask(flow, "who");
                        }
                    })
                    .hasMessageContaining("certificate");
        }
    }

    @Test
    void manyRecordsGoBackAndForth() throws Exception {
        try (OpenSsl server = new OpenSsl("-tls1_3");
                Flow flow = Flows.standard().resolve(to(server.port, trusting().build()))) {
            for (int i = 0; i < 200; i++) {
                assertThat(ask(flow, "abcdefgh".repeat(100))).isEqualTo("hgfedcba".repeat(100));
            }
        }
    }

    @Test
    void theJdksServerIsSpokenTo() throws Exception {
        try (SSLServerSocket server = (SSLServerSocket) TestCertificates.server()
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    byte[] bytes = socket.getInputStream().readNBytes(300_000);
                    socket.getOutputStream().write(bytes);
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            try (Flow flow = Flows.standard()
                    .resolve(to(server.getLocalPort(), trusting().build()))) {
                byte[] sent = new byte[300_000];
                new Random(1).nextBytes(sent);
                flow.write(sent, 0, sent.length);
                assertThat(flow.input().readAllBytes()).isEqualTo(sent);
            }
        }
    }
}
