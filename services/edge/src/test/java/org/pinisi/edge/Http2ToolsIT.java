package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.pinisi.http.Address;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;

/// curl, nghttp and h2load as clients of HTTP/2, with prior knowledge.
@Timeout(120)
@ParameterizedClass
@EnumSource(names = {"HTTP1", "H2C"})
final class Http2ToolsIT {
    private static final int LARGE = 3 << 20;

    private final UpstreamProtocol protocol;
    private final Loops loops = Loops.create("test", 1);
    private final HttpServer upstream;

    @TempDir
    Path folder;

    private EdgeFixture edge;

    Http2ToolsIT(UpstreamProtocol protocol) {
        this.protocol = protocol;
        byte[] large = new byte[LARGE];
        this.upstream = HttpServer.builder(
                        Address.inet("127.0.0.1", 0),
                        request -> switch (request.method()) {
                            case "POST" -> Response.text(200, request.bodyAsBytes(LARGE).length + " bytes\n");
                            default ->
                                request.rawPath().equals("/large")
                                        ? Response.bytes(200, "application/octet-stream", large)
                                        : Response.text(200, "hello\n");
                        },
                        loops)
                .http2(true)
                .start();
    }

    @BeforeEach
    void open() {
        edge = new EdgeFixture(folder);
        edge.route("app", new Upstream("app-1", upstream.address()).withProtocol(protocol));
    }

    @AfterEach
    void close() {
        edge.close();
        upstream.close(Duration.ofMillis(10));
        loops.close();
    }

    private String run(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(words));
        command.add("http://127.0.0.1:" + edge.port() + "/");
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    @Test
    void curlGetsAndPosts() throws Exception {
        assertThat(run("curl", "-si", "--http2-prior-knowledge", "-H", "Host: app.test"))
                .startsWith("HTTP/2 200")
                .endsWith("hello\n");
        Path body = Files.write(folder.resolve("body"), new byte[LARGE]);
        assertThat(run("curl", "-s", "--http2-prior-knowledge", "-H", "Host: app.test", "--data-binary", "@" + body))
                .isEqualTo(LARGE + " bytes\n");
        assertThat(run(
                        "curl",
                        "-s",
                        "--http2-prior-knowledge",
                        "-H",
                        "Host: app.test",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code} %{size_download}",
                        "--request-target",
                        "/large"))
                .isEqualTo("200 " + LARGE);
    }

    @Test
    void nghttpSeesNothingToComplainOf() throws Exception {
        assertThat(run("nghttp", "-nv", "-H", ":authority: app.test", "-m", "20"))
                .contains(":status: 200")
                .doesNotContain("[ERROR]")
                .doesNotContain("RST_STREAM");
    }

    @Test
    void h2loadGetsEveryAnswer() throws Exception {
        assertThat(run("h2load", "-n", "2000", "-c", "4", "-m", "32", "-H", ":authority: app.test"))
                .contains("2000 succeeded, 0 failed, 0 errored, 0 timeout")
                .contains("status codes: 2000 2xx");
    }
}
