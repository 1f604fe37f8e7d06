package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.Address;
import org.pinisi.http.Certificates;

/// What `openssl s_client` and `curl` get from the edge.
final class TlsToolsIT {
    private static final String GET = "GET / HTTP/1.1\r\nHost: one.test\r\nConnection: close\r\n\r\n";
    private static final int PATIENCE = 30;

    private final Certificates certificates = new Certificates();
    private final Origin origin = Origin.answering("hello");

    @TempDir
    Path folder;

    private EdgeFixture edge;

    @BeforeEach
    void start() throws IOException {
        certificates.put("one.test", TlsFiles.certified("site"));
        certificates.put("two.test", TlsFiles.certified("site"));
        for (String file : List.of(
                "servers.crt",
                "clients.crt",
                "client.crt",
                "client.key",
                "stranger.crt",
                "stranger.key",
                "expired.crt",
                "expired.key")) {
            TlsFiles.write(folder, file);
        }
        edge = new EdgeFixture(folder, certificates, "listen-tls", "127.0.0.1:0", "loops", "2");
        edge.route("one", origin.upstream("one-1"));
    }

    @AfterEach
    void stop() throws IOException {
        edge.close();
        origin.close();
    }

    private static int port(Address address) {
        return ((Address.Inet) address).port();
    }

    private static String run(String input, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException refused) {
            assertThat(refused).hasMessageContaining("pipe");
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(process.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    private String openssl(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-ign_eof", "-connect"));
        command.add("127.0.0.1:" + port(edge.secure()));
        command.addAll(List.of("-CAfile", folder.resolve("servers.crt").toString()));
        command.addAll(List.of(options));
        if (!command.contains("-servername") && !command.contains("-noservername")) {
            command.addAll(List.of("-servername", "one.test"));
        }
        return run(GET, command);
    }

    private String curl(String... options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("curl", "-sS", "--max-time", "20", "-w", " [%{http_version} %{http_code}]"));
        command.addAll(List.of("--cacert", folder.resolve("servers.crt").toString()));
        command.addAll(List.of(options));
        return run("", command);
    }

    @Test
    void bothVersionsOfTlsAndNoOlderOnes() throws Exception {
        for (String version : List.of("-tls1_3", "-tls1_2")) {
            assertThat(openssl(version)).contains("Verify return code: 0 (ok)", "HTTP/1.1 200 OK", "hello");
        }
        for (String version : List.of("-tls1_1", "-tls1")) {
            assertThat(openssl(version, "-cipher", "ALL:@SECLEVEL=0"))
                    .contains("alert")
                    .doesNotContain("hello");
        }
    }

    @Test
    void unknownNamesGetTheirAlert() throws Exception {
        assertThat(openssl("-servername", "unknown.test")).contains("unrecognized name", "alert number 112");
        assertThat(openssl("-noservername")).contains("unrecognized name");
    }

    @Test
    void sessionsAreResumedOnWhicheverLoop() throws Exception {
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            String session = folder.resolve("session" + version).toString();
            assertThat(openssl(version, "-sess_out", session)).contains("New, TLS", "hello");
            for (int i = 0; i < 4; i++) {
                assertThat(openssl(version, "-sess_in", session)).contains("Reused, TLS", "hello");
            }
        }
    }

    @Test
    void theProtocolIsAgreedOn() throws Exception {
        assertThat(openssl("-alpn", "http/1.1")).contains("ALPN protocol: http/1.1", "hello");
        assertThat(openssl("-alpn", "imap")).contains("alert number 120");
    }

    @Test
    void clientCertificatesAreAskedForAndLookedAt() throws Exception {
        edge.edge()
                .routes()
                .put(new EdgeRoute("one", List.of("one.test"), Target.Upstreams.of(origin.upstream("one-1")))
                        .withRules(RouteRules.none()
                                .withClientCertificates(new ClientCertificatesRule(
                                        ClientCertificatesRule.Mode.REQUIRED, folder.resolve("clients.crt")))));
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            assertThat(openssl(version, "-cert", file("client.crt"), "-key", file("client.key")))
                    .contains("hello");
            assertThat(openssl(version)).doesNotContain("hello").containsPattern("alert number (40|116)");
            assertThat(openssl(version, "-cert", file("expired.crt"), "-key", file("expired.key")))
                    .doesNotContain("hello")
                    .contains("alert number 45");
            assertThat(openssl(version, "-cert", file("stranger.crt"), "-key", file("stranger.key")))
                    .doesNotContain("hello")
                    .contains("alert number 48");
        }
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void curlIsLedToTlsAndAnswered() throws Exception {
        int plain = edge.port();
        int secure = port(edge.secure());
        String answer = curl(
                "-L",
                "--connect-to",
                "one.test:" + plain + ":127.0.0.1:" + plain,
                "--connect-to",
                "one.test:" + secure + ":127.0.0.1:" + secure,
                "http://one.test:" + plain + "/a");
        assertThat(answer).startsWith("hello").endsWith(" 200]");
        assertThat(origin.heads().getLast()).contains("X-Forwarded-Proto: https");
    }

    @Test
    void curlSpeaksTheProxyProtocol() throws Exception {
        Path own = Files.createDirectory(folder.resolve("balanced"));
        try (EdgeFixture balanced =
                new EdgeFixture(own, certificates, "listen-tls", "127.0.0.1:0", "proxy-protocol", "127.0.0.1")) {
            balanced.route("one", origin.upstream("one-1"));
            int secure = port(balanced.secure());
            String to = "one.test:" + secure + ":127.0.0.1:" + secure;
            assertThat(curl("--haproxy-protocol", "--connect-to", to, "https://one.test:" + secure + "/"))
                    .startsWith("hello");
            assertThat(origin.heads().getLast()).contains("X-Forwarded-For: 127.0.0.1");
            assertThat(curl("--connect-to", to, "https://one.test:" + secure + "/"))
                    .doesNotContain("hello");
        }
    }
}
