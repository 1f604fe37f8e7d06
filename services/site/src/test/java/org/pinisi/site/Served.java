package org.pinisi.site;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.zip.GZIPInputStream;
import org.pinisi.http.Address;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;

/// A site on a real server, asked over raw sockets.
final class Served implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    final SiteCache cache;
    final Site site;
    private final Loops loops = Loops.create("site-test", 1);
    private final HttpServer server;

    Served(Path folder, UnaryOperator<Site.Builder> settings) {
        this(
                SiteCache.builder()
                        .memory(4 << 20)
                        .disk(folder.resolve("cache"), 64 << 20)
                        .build(),
                settings);
    }

    Served(SiteCache cache, UnaryOperator<Site.Builder> settings) {
        this.cache = cache;
        this.site = settings.apply(Site.builder(cache)).build();
        this.server = HttpServer.builder(Address.inet("127.0.0.1", 0), site, loops)
                .fastPath(site)
                .start();
    }

    /// A site of this tree, served as by default.
    static Served of(Path folder, SiteTree tree) {
        Served served = new Served(folder, builder -> builder);
        served.site.show(tree);
        return served;
    }

    /// An answer as it came: status, fields by lower-case name, body with one character a byte.
    record Answer(int status, Map<String, String> fields, String body) {
        String field(String name) {
            return fields.getOrDefault(name.toLowerCase(java.util.Locale.ROOT), "none");
        }

        String unzipped() throws IOException {
            try (GZIPInputStream in =
                    new GZIPInputStream(new java.io.ByteArrayInputStream(body.getBytes(ISO_8859_1)))) {
                return new String(in.readAllBytes(), ISO_8859_1);
            }
        }
    }

    Answer get(String target, String... fields) throws IOException {
        return ask("GET", target, fields);
    }

    Answer ask(String method, String target, String... fields) throws IOException {
        StringBuilder text = new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n");
        for (String field : fields) {
            text.append(field).append("\r\n");
        }
        return parse(raw(text.append("\r\n").toString()));
    }

    String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    Socket connect() throws IOException {
        if (!(server.address() instanceof Address.Inet(String host, int port))) {
            throw new IOException("only TCP here: " + server.address());
        }
        Socket socket = new Socket();
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(host, port), (int) PATIENCE.toMillis());
        return socket;
    }

    private static Answer parse(String text) {
        int end = text.indexOf("\r\n\r\n");
        List<String> lines = text.substring(0, end).lines().toList();
        Map<String, String> fields = new TreeMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            fields.merge(
                    line.substring(0, colon).toLowerCase(java.util.Locale.ROOT),
                    line.substring(colon + 1).strip(),
                    (first, second) -> first + " & " + second);
        }
        return new Answer(Integer.parseInt(lines.getFirst().split(" ")[1]), fields, text.substring(end + 4));
    }

    /// Waits until nothing is being compressed or unpacked.
    void settle() {
        await().atMost(PATIENCE).until(cache::isIdle);
    }

    @Override
    public void close() {
        server.close();
        loops.close();
        cache.close();
    }
}
