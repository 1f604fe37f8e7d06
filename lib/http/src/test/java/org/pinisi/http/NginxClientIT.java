package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.flow.TlsClient;

/// The client with nginx, over unix sockets: HTTP/1.1 and HTTP/2, with TLS and without.
final class NginxClientIT {
    private static final int LARGE = 20_000_000;

    @TempDir
    private Path folder;

    private Process nginx;

    @BeforeEach
    void start() throws IOException {
        byte[] large = new byte[LARGE];
        new Random(1).nextBytes(large);
        Files.write(folder.resolve("large"), large);
        Files.writeString(folder.resolve("small"), "small\n");
        Path tls = Path.of("src/test/resources/org/pinisi/http/tls").toAbsolutePath();
        String configuration = """
                daemon off;
                master_process off;
                pid %1$s/pid;
                error_log %1$s/error.log;
                events {}
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    client_max_body_size 100m;
                    ssl_certificate %2$s/one.crt;
                    ssl_certificate_key %2$s/one.key;
                    root %1$s;
                    server { listen unix:%1$s/plain.sock; location /moved { return 302 /small; } }
                    server { listen unix:%1$s/h2.sock http2; keepalive_requests 50; }
                    server { listen unix:%1$s/tls.sock ssl http2; }
                    server { listen unix:%1$s/tls1.sock ssl; }
                }
                """.formatted(folder, tls);
        Path file = Files.writeString(folder.resolve("nginx.conf"), configuration);
        nginx = new ProcessBuilder(List.of("/usr/sbin/nginx", "-p", folder.toString(), "-c", file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out").toFile())
                .start();
        await().until(() -> Files.exists(folder.resolve("tls1.sock")));
    }

    @AfterEach
    void stop() {
        nginx.destroyForcibly().onExit().join();
    }

    private Origin origin(String socket) {
        return new Origin(Address.unix(folder.resolve(socket)), socket.startsWith("tls"));
    }

    private static HttpClient.Builder trusting() {
        return HttpClient.builder().tls(TlsClient.builder().trustEveryone().build());
    }

    private void largeFileArrives(HttpClient.Builder builder, String socket) throws Exception {
        byte[] expected = Files.readAllBytes(folder.resolve("large"));
        try (HttpClient client = builder.build();
                ClientResponse answer = client.send(origin(socket), ClientRequest.get("/large"))) {
            assertThat(answer.status()).isEqualTo(200);
            assertThat(Arrays.equals(answer.bodyAsBytes(LARGE + 1), expected)).isTrue();
        }
    }

    @Test
    void aLargeFileArrivesInEveryVersion() throws Exception {
        largeFileArrives(trusting(), "plain.sock");
        largeFileArrives(trusting().http2PriorKnowledge(), "h2.sock");
        largeFileArrives(trusting(), "tls.sock");
        largeFileArrives(trusting(), "tls1.sock");
        largeFileArrives(trusting().http2(false), "tls.sock");
    }

    @Test
    void whoInsistsOnHttp2GetsNothingElse() {
        try (HttpClient client = trusting().http2PriorKnowledge().build()) {
            assertThatThrownBy(() -> client.send(origin("tls1.sock"), ClientRequest.get("/small")))
                    .isInstanceOf(HttpException.class)
                    .hasMessageContaining("no_application_protocol");
        }
    }

    @Test
    void hundredsOfRequestsAreAnsweredAlthoughTheServerEndsConnectionsMeanwhile() throws Exception {
        // nginx says GOAWAY after fifty requests here.
        try (HttpClient client = trusting().http2PriorKnowledge().build()) {
            List<CompletableFuture<String>> answers = IntStream.range(0, 400)
                    .mapToObj(_ -> {
                        CompletableFuture<String> result = new CompletableFuture<>();
                        Thread.ofVirtual().start(() -> {
                            try (ClientResponse answer = client.send(origin("h2.sock"), ClientRequest.get("/small"))) {
                                result.complete(answer.bodyAsText(99));
                            } catch (InterruptedException | RuntimeException e) {
                                result.completeExceptionally(e);
                            }
                        });
                        return result;
                    })
                    .toList();
            for (CompletableFuture<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("small\n");
            }
        }
    }

    @Test
    void aLargeBodyIsRefusedOrTakenButNeverHangs() throws Exception {
        for (String socket : List.of("plain.sock", "h2.sock", "tls.sock")) {
            HttpClient.Builder builder = socket.startsWith("h2") ? trusting().http2PriorKnowledge() : trusting();
            try (HttpClient client = builder.build();
                    ClientResponse answer =
                            client.send(origin(socket), ClientRequest.post("/small", "x/y", new byte[5_000_000]))) {
                assertThat(answer.status()).as(socket).isEqualTo(405);
            }
        }
    }
}
