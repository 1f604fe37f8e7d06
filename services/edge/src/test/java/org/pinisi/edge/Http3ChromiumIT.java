package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.Address;
import org.pinisi.http.Certificates;
import org.pinisi.http.Certified;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;

/// A browser over HTTP/3, whose handshake comes in two packets.
final class Http3ChromiumIT {
    private static final String PAGE = """
            <!doctype html><title>page</title><p id=told></p><script>
            fetch('/large').then(answer => answer.arrayBuffer()).then(bytes => {
              const way = performance.getEntriesByType('navigation')[0].nextHopProtocol;
              document.getElementById('told').textContent = 'over ' + way + ' came ' + bytes.byteLength;
            });
            </script>""";

    private final Certified certified = TlsFiles.certified("address");
    private final Certificates certificates = new Certificates();
    private final Loops loops = Loops.create("test", 1);

    @TempDir
    Path folder;

    @Test
    void aPageAndWhatItFetchesArriveOverHttp3() throws Exception {
        certificates.put("localhost", certified);
        HttpServer upstream = HttpServer.builder(
                        Address.inet("127.0.0.1", 0),
                        request -> request.target().equals("/large")
                                ? Response.bytes(200, "application/octet-stream", new byte[3 << 20])
                                : Response.bytes(
                                        200, "text/html", PAGE.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        loops)
                .start();
        try (EdgeFixture edge =
                new EdgeFixture(folder.resolve("edge"), certificates, "listen-tls", "127.0.0.1:0", "http3", "on")) {
            edge.edge()
                    .routes()
                    .put(new EdgeRoute(
                            "page",
                            List.of("localhost"),
                            new Target.Upstreams(List.of(new Upstream("page-1", upstream.address())))));
            assertThat(browse(((Address.Inet) edge.secure()).port())).contains("over h3 came " + (3 << 20));
        } finally {
            upstream.close(Duration.ofMillis(10));
            loops.close();
        }
    }

    /// What the page has become.
    private String browse(int port) throws IOException, InterruptedException, GeneralSecurityException {
        Path output = folder.resolve("page.html");
        Process browser = new ProcessBuilder(
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + folder.resolve("profile"),
                        "--enable-quic",
                        "--origin-to-force-quic-on=localhost:" + port,
                        "--host-resolver-rules=MAP localhost 127.0.0.1",
                        "--ignore-certificate-errors-spki-list=" + fingerprint(),
                        "--virtual-time-budget=20000",
                        "--dump-dom",
                        "https://localhost:" + port + "/")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(browser.waitFor(60, TimeUnit.SECONDS))
                    .as("chromium ended in time")
                    .isTrue();
            return Files.readString(output);
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly().waitFor();
        }
    }

    private String fingerprint() throws GeneralSecurityException {
        byte[] key = certified.chain().getFirst().getPublicKey().getEncoded();
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(key));
    }
}
