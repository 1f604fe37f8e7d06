package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/// curl, nghttp and h2load as clients, with prior knowledge and over TLS.
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@ValueSource(booleans = {false, true})
final class Http2ClientsIT {
    private static final int LARGE = 5 << 20;
    private static final int PATIENCE = 60;

    private final boolean secure;
    private final Loops loops = Loops.create("test", 1);
    private final Certificates certificates = new Certificates();
    private final TlsServer tls;
    private final byte[] large = new byte[LARGE];

    @TempDir
    Path folder;

    private HttpServer server;

    Http2ClientsIT(boolean secure) {
        this.secure = secure;
        certificates.put("", TlsPeer.certified("one"));
        tls = TlsServer.builder(certificates).build();
        new Random(1).nextBytes(large);
        server = start();
    }

    private HttpServer start() {
        PreparedAnswer prepared = PreparedAnswer.status(200).bytes(large).build();
        HttpServer.Builder builder = HttpServer.builder(Address.inet("127.0.0.1", 0), this::handle, loops)
                .http2(true)
                .fastPath((request, reply) -> {
                    boolean mine = request.rawPath().equals("/prepared");
                    if (mine) {
                        reply.send(prepared);
                    }
                    return mine;
                });
        return (secure ? builder.tls(tls) : builder).start();
    }

    private Response handle(Request request) throws IOException {
        return switch (request.rawPath()) {
            case "/file" -> Response.file(folder.resolve("large"));
            case "/echo" -> Response.bytes(200, "a/b", request.body().readAllBytes());
            case "/early" -> Response.text(403, "no");
            case "/events" ->
                Response.events(sink -> {
                    for (int i = 0; i < 100; i++) {
                        sink.send(ServerEvent.data("event " + i));
                    }
                });
            default -> Response.text(200, "hello");
        };
    }

    @BeforeEach
    void write() throws IOException {
        Files.write(folder.resolve("large"), large);
    }

    @AfterEach
    void stop() {
        server.close(Duration.ofMillis(1));
        tls.close();
        loops.close();
    }

    private String url(String path) {
        int port = ((Address.Inet) server.address()).port();
        return (secure ? "https" : "http") + "://127.0.0.1:" + port + path;
    }

    private String run(String... command) throws IOException, InterruptedException {
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(PATIENCE, TimeUnit.SECONDS)).isTrue();
        return Files.readString(said, StandardCharsets.ISO_8859_1);
    }

    private String curl(String path, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-k", "-o", "body"));
        command.set(4, folder.resolve("body").toString());
        command.add(secure ? "--http2" : "--http2-prior-knowledge");
        command.addAll(List.of("-w", "%{http_version} %{http_code} %{size_download}"));
        command.addAll(List.of(options));
        command.add(url(path));
        return run(command.toArray(String[]::new));
    }

    private byte[] body() throws IOException {
        return Files.readAllBytes(folder.resolve("body"));
    }

    @Test
    void curlTakesLargeAnswersWhole() throws Exception {
        for (String path : new String[] {"/prepared", "/file"}) {
            assertThat(curl(path)).isEqualTo("2 200 " + LARGE);
            assertThat(body()).isEqualTo(large);
        }
    }

    @Test
    void curlSendsLargeBodies() throws Exception {
        assertThat(curl("/echo", "--data-binary", "@" + folder.resolve("large")))
                .isEqualTo("2 200 " + LARGE);
        assertThat(body()).isEqualTo(large);
    }

    @Test
    void curlUnderstandsAnAnswerBeforeTheBodysEnd() throws Exception {
        assertThat(curl("/early", "--data-binary", "@" + folder.resolve("large")))
                .isEqualTo("2 403 2");
    }

    @Test
    void curlReceivesEvents() throws Exception {
        assertThat(curl("/events", "-N")).startsWith("2 200 ");
        assertThat(new String(body(), StandardCharsets.UTF_8)).contains("data: event 0\n", "data: event 99\n");
    }

    @Test
    void curlStillSpeaksHttp1() throws Exception {
        assertThat(run("curl", "-sSk", "--http1.1", "-w", " %{http_version}", url("/")))
                .isEqualTo("hello 1.1");
    }

    @Test
    void nghttpAsksForManyThingsAtOnce() throws Exception {
        String said = run("nghttp", "-ns", url("/"), url("/prepared"), url("/file"), url("/events"));
        assertThat(said.lines().filter(line -> line.contains(" 200 "))).hasSize(4);
    }

    @Test
    void h2loadSeesNoFailure() throws Exception {
        assertThat(run("h2load", "-n2000", "-c10", "-m20", url("/"))).contains("2000 succeeded, 0 failed");
        assertThat(run("h2load", "-n40", "-c4", "-m4", url("/prepared"))).contains("40 succeeded, 0 failed");
        assertThat(run("h2load", "-n20", "-c2", "-m4", "-w16", "-W16", url("/file")))
                .contains("20 succeeded, 0 failed");
    }
}
