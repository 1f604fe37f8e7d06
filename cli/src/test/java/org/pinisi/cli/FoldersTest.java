package org.pinisi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.edge.CompressionRule;
import org.pinisi.edge.Edge;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeConfig;
import org.pinisi.edge.EdgeRoute;
import org.pinisi.edge.HeaderRule;
import org.pinisi.edge.RouteRules;
import org.pinisi.edge.Target;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpClient;

/// Folders behind the edge, with the rules of their routes.
@Timeout(60)
final class FoldersTest {
    private static final String TEXT = "the same words again and again, ".repeat(200);

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.create();
    private Folders folders;
    private Edge edge;
    private EdgeClient admin;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectory(folder.resolve("site"));
        Files.writeString(folder.resolve("site/a.txt"), TEXT);
        Files.writeString(folder.resolve("site/a.html"), TEXT);
        Files.writeString(folder.resolve("site/ready.txt"), TEXT);
        Files.writeString(folder.resolve("site/ready.txt.gz"), "made ready");
        folders = new Folders(folder.resolve("cache"));
        edge = Edge.start(
                EdgeConfig.of(
                        folder.resolve("edge"),
                        Map.of(
                                "listen", "127.0.0.1:0",
                                "access-log", "off",
                                "admin-socket", folder.resolve("edge.sock").toString())),
                folders);
        admin = new EdgeClient(folder.resolve("edge.sock"));
    }

    @AfterEach
    void stop() {
        admin.close();
        edge.close();
        folders.close();
        client.close();
    }

    private void route(RouteRules rules) {
        admin.put(new EdgeRoute("site", List.of("*"), new Target.Folder(folder.resolve("site"))).withRules(rules));
    }

    private record Answer(int status, Fields fields, String body) {
        String field(String name) {
            return fields.first(name).orElse("");
        }
    }

    private Answer get(String path, String... fields) throws Exception {
        ClientRequest request = ClientRequest.get(path);
        for (int i = 0; i < fields.length; i += 2) {
            request = request.with(fields[i], fields[i + 1]);
        }
        try (ClientResponse answer = client.send(edge.addresses().getFirst(), request)) {
            String body = new String(answer.bodyAsBytes(1 << 20), StandardCharsets.ISO_8859_1);
            return new Answer(answer.status(), answer.fields(), body);
        }
    }

    /// Compressed forms are made in the background.
    private Answer compressed(String path) {
        return Awaitility.await()
                .until(
                        () -> get(path, "Accept-Encoding", "zstd, br, gzip"),
                        answer -> !answer.field("Content-Encoding").isEmpty());
    }

    @Test
    void theRouteSaysWhatIsCompressedAndHow() throws Exception {
        route(RouteRules.none()
                .withCompression(new CompressionRule(List.of(CompressionRule.Coding.GZIP), List.of("text/plain"), 100))
                .withAnswerHeaders(new HeaderRule(Map.of("X-Robots-Tag", "none"), Map.of(), List.of())));
        get("/a.html", "Accept-Encoding", "gzip");
        Answer packed = compressed("/a.txt");
        assertThat(packed.field("Content-Encoding")).isEqualTo("gzip");
        assertThat(packed.field("Vary")).isEqualTo("Accept-Encoding");
        assertThat(packed.field("X-Robots-Tag")).isEqualTo("none");
        Answer plain = get("/a.txt");
        assertThat(plain.field("Vary")).isEqualTo("Accept-Encoding");
        assertThat(plain.field("ETag")).isNotEmpty().isNotEqualTo(packed.field("ETag"));
        assertThat(get("/a.txt", "If-None-Match", plain.field("ETag")).fields().values("X-Robots-Tag"))
                .containsExactly("none");
        Answer part = get("/a.txt", "Accept-Encoding", "gzip", "Range", "bytes=0-3");
        assertThat(part.status()).isEqualTo(206);
        assertThat(part.field("Content-Encoding")).isEmpty();
        assertThat(part.field("X-Robots-Tag")).isEqualTo("none");
        assertThat(part.body()).hasSize(4);
        assertThat(get("/a.html", "Accept-Encoding", "gzip").fields().has("Vary"))
                .isFalse();
    }

    @Test
    void whatIsReadyMadeIsUsed() throws Exception {
        route(RouteRules.none());
        assertThat(get("/ready.txt", "Accept-Encoding", "gzip").body()).isEqualTo("made ready");
        assertThat(get("/ready.txt").body()).hasSize(TEXT.length());
    }

    @Test
    void aRouteThatSaysAnotherThingIsServedSo() throws Exception {
        route(RouteRules.none());
        assertThat(compressed("/a.html").field("Content-Encoding")).isNotEmpty();
        route(RouteRules.none()
                .withCompression(
                        new CompressionRule(List.of(CompressionRule.Coding.GZIP), List.of("text/plain"), 100)));
        assertThat(get("/a.html", "Accept-Encoding", "zstd, br, gzip").field("Content-Encoding"))
                .isEmpty();
    }
}
