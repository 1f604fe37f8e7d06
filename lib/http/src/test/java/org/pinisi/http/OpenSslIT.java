package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// What `openssl s_client` thinks of the server, with both engines.
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@ValueSource(booleans = {false, true})
final class OpenSslIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n";
    private static final int PATIENCE = 20;

    private final boolean portable;
    private final Loops loops = Loops.create("test", 1);
    private final Certificates certificates = new Certificates();
    private final TlsServer tls;
    private final HttpServer server;

    @TempDir
    Path folder;

    OpenSslIT(boolean portable) {
        this.portable = portable;
        certificates.put("", TlsPeer.certified("rsa"));
        certificates.put("one.example", TlsPeer.certified("one"));
        TlsServer.Builder settings = TlsServer.builder(certificates);
        tls = (portable ? settings.portable() : settings).build();
        server = HttpServer.builder(Address.inet("127.0.0.1", 0), _ -> Response.text(200, "hello"), loops)
                .http2(true)
                .tls(tls)
                .start();
    }

    @BeforeEach
    void engine() {
        assertThat(tls.engine()).isEqualTo(portable ? "jdk" : "boringssl");
    }

    @AfterEach
    void stop() {
        server.close(Duration.ofMillis(1));
        tls.close();
        loops.close();
    }

    /// What the client says and gets when it asks for the page.
    private String client(String... options) throws IOException, InterruptedException {
        int port = ((Address.Inet) server.address()).port();
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        command.add("-ign_eof");
        command.addAll(List.of(options));
        if (!command.contains("-noservername")) {
            command.addAll(List.of("-servername", "one.example"));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(GET.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            // A client that is refused ends before it is told what to ask.
            assertThat(e).hasMessageContaining("pipe");
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    @Test
    void newVersionsAreSpoken() throws Exception {
        assertThat(client("-tls1_3")).contains("TLSv1.3", "HTTP/1.1 200 OK", "hello");
        assertThat(client("-tls1_2")).contains("TLSv1.2", "HTTP/1.1 200 OK", "hello");
    }

    @Test
    void oldVersionsAreRefused() throws Exception {
        for (String version : new String[] {"-tls1_1", "-tls1"}) {
            assertThat(client(version, "-cipher", "ALL:@SECLEVEL=0"))
                    .contains("alert")
                    .doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void onlyGoodCiphersAreTaken() throws Exception {
        assertThat(client("-tls1_2", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"))
                .contains("hello");
        for (String cipher : new String[] {"AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "AES128-GCM-SHA256", "NULL"}) {
            assertThat(client("-tls1_2", "-cipher", cipher + ":@SECLEVEL=0"))
                    .as(cipher)
                    .doesNotContain("HTTP/1.1");
        }
    }

    @Test
    void rsaServesWhoAsksForNoName() throws Exception {
        assertThat(client("-noservername", "-tls1_2")).contains("CN = default.example", "RSA", "hello");
        assertThat(client("-noservername", "-tls1_3")).contains("CN = default.example", "RSA", "hello");
    }

    @Test
    void theProtocolIsAgreedOn() throws Exception {
        assertThat(client("-alpn", "http/1.1")).contains("ALPN protocol: http/1.1", "hello");
        assertThat(client("-alpn", "http/0.9,h2")).contains("ALPN protocol: h2");
        assertThat(client()).contains("No ALPN negotiated", "hello");
    }

    @Test
    void whoOffersOnlyUnknownProtocolsIsToldSo() throws Exception {
        for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
            assertThat(client(version, "-alpn", "spdy/1,imap"))
                    .contains("no application protocol", "alert number 120")
                    .doesNotContain("hello");
        }
    }

    @Test
    void sessionsAreResumedByTicketInBothVersions() throws Exception {
        for (String version : new String[] {"-tls1_2", "-tls1_3"}) {
            String session = folder.resolve("session" + version).toString();
            assertThat(client(version, "-sess_out", session)).contains("New, TLS", "hello");
            assertThat(client(version, "-sess_in", session)).contains("Reused, TLS", "hello");
        }
    }

    @Test
    void theConnectionIsEndedInOrder() throws Exception {
        assertThat(client("-tls1_3")).endsWith("closed\n").doesNotContain("unexpected eof");
    }
}
