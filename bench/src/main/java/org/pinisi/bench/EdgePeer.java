package org.pinisi.bench;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The proxies that are compared, each with one thread or worker, kept connections to the upstream, no
/// access log, no compression, the same certificate, and TLS 1.3 with the same cipher.
enum EdgePeer {
    PINISI(Figures.OURS) {
        @Override
        PinnedServer start(Setting setting) {
            PinnedServer.Ports ports = PinnedServer.Ports.free();
            Path data = setting.work.resolve("edge");
            configuration("edge-routes.json", data.resolve("routes.json"), setting, ports);
            Map<String, String> words = Map.ofEntries(
                    Map.entry("listen", "127.0.0.1:" + ports.plain()),
                    Map.entry("listen-tls", "127.0.0.1:" + ports.secure()),
                    Map.entry("http3", "on"),
                    Map.entry("routes-file", "routes.json"),
                    Map.entry("admin-socket", "admin.sock"),
                    Map.entry("access-log", "off"),
                    Map.entry("connections", "12000"),
                    // The idle rows connect ten thousand clients at the same moment, which no other is told to refuse.
                    Map.entry("handshakes", "12000"),
                    Map.entry("idle-time", "300s"),
                    // As many kept connections, and as long, as nginx is given.
                    Map.entry("pool-size", "1024"),
                    Map.entry("pool-idle", "1h"));
            return PinnedServer.start(
                    word(),
                    setting.work,
                    ports,
                    Map.of(),
                    BenchEdge.command(data, setting.certificate, List.of(), words));
        }
    },
    HAPROXY("haproxy") {
        @Override
        PinnedServer start(Setting setting) {
            PinnedServer.Ports ports = PinnedServer.Ports.free();
            Path file = configuration("edge-haproxy.cfg", setting.work.resolve("haproxy.cfg"), setting, ports);
            return PinnedServer.start(
                    word(), setting.work, ports, Map.of(), List.of("haproxy", "-db", "-f", file.toString()));
        }
    },
    NGINX("nginx") {
        @Override
        PinnedServer start(Setting setting) {
            PinnedServer.Ports ports = PinnedServer.Ports.free();
            Path file = configuration("edge-nginx.conf", setting.work.resolve("nginx.conf"), setting, ports);
            return PinnedServer.start(
                    word(), setting.work, ports, Map.of(), List.of("nginx", "-e", "stderr", "-c", file.toString()));
        }
    },
    CADDY("caddy") {
        @Override
        PinnedServer start(Setting setting) {
            PinnedServer.Ports ports = PinnedServer.Ports.free();
            Path file = configuration("edge-Caddyfile", setting.work.resolve("Caddyfile"), setting, ports);
            String work = setting.work.toString();
            return PinnedServer.start(
                    word(),
                    setting.work,
                    ports,
                    Map.of("XDG_DATA_HOME", work, "XDG_CONFIG_HOME", work, "HOME", work),
                    List.of("caddy", "run", "--adapter", "caddyfile", "--config", file.toString()));
        }
    };

    private final String word;

    EdgePeer(String word) {
        this.word = word;
    }

    /// What all of them are set up with.
    ///
    /// @param work a folder for their files
    /// @param origin the upstream's port
    /// @param certificate what they show
    record Setting(Path work, int origin, BenchCertificate certificate) {}

    String word() {
        return word;
    }

    /// Whether it takes part in this row: those of Debian's HAProxy and nginx are built without HTTP/3.
    boolean runs(EdgeRow row) {
        return row.way() != EdgeRow.Way.H3 || this == PINISI || this == CADDY;
    }

    /// Starts it; the caller closes it.
    abstract PinnedServer start(Setting setting);

    /// Writes the configuration of that name among our resources, with what is true of this run in it.
    private static Path configuration(String name, Path file, Setting setting, PinnedServer.Ports ports) {
        try (InputStream resource = requireNonNull(EdgePeer.class.getResourceAsStream(name), name)) {
            String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    // As root it would drop to a user who may not read a temporary folder.
                    .replace("@USER@", System.getProperty("user.name").equals("root") ? "user root;" : "")
                    .replace("@WORK@", setting.work.toString())
                    .replace("@ORIGIN@", "127.0.0.1:" + setting.origin)
                    .replace("@PLAIN@", Integer.toString(ports.plain()))
                    .replace("@SECURE@", Integer.toString(ports.secure()))
                    .replace("@CHAIN@", setting.certificate.chain().toString())
                    .replace("@KEY@", setting.certificate.key().toString());
            Files.createDirectories(file.resolveSibling("."));
            return Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
