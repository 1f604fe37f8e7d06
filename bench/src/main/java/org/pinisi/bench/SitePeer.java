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

/// The servers that are compared, each with the settings that its own documentation gives for static files.
enum SitePeer {
    PINISI("pinisi") {
        @Override
        PinnedServer start(SiteFiles files, Path work) {
            PinnedServer.Ports ports = PinnedServer.Ports.free();
            List<String> command = List.of(
                    Pinisi.home().resolve("pinisi").toString(),
                    "--data",
                    work.resolve("data").toString(),
                    "site",
                    "--remote",
                    files.repository() + "#main",
                    "--ipv4",
                    "127.0.0.1",
                    "--port",
                    Integer.toString(ports.plain()),
                    "--https-port",
                    Integer.toString(ports.secure()),
                    "--tls",
                    "--no-redirect",
                    "--certificate",
                    files.chain().toString(),
                    "--private-key",
                    files.key().toString());
            return PinnedServer.start(word(), work, ports, Map.of(), command);
        }
    },
    NGINX("nginx") {
        @Override
        PinnedServer start(SiteFiles files, Path work) {
            PinnedServer.Ports ports = PinnedServer.Ports.free();
            Path configuration = configuration("site-nginx.conf", files, work, ports);
            return PinnedServer.start(
                    word(), work, ports, Map.of(), List.of("nginx", "-e", "stderr", "-c", configuration.toString()));
        }
    },
    CADDY("caddy") {
        @Override
        PinnedServer start(SiteFiles files, Path work) {
            PinnedServer.Ports ports = PinnedServer.Ports.free();
            Path configuration = configuration("site-Caddyfile", files, work, ports);
            return PinnedServer.start(
                    word(),
                    work,
                    ports,
                    Map.of("XDG_DATA_HOME", work.toString(), "XDG_CONFIG_HOME", work.toString()),
                    List.of("caddy", "run", "--adapter", "caddyfile", "--config", configuration.toString()));
        }
    };

    private final String word;

    SitePeer(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }

    /// Starts it on the tree; the caller closes it.
    abstract PinnedServer start(SiteFiles files, Path work);

    /// The configuration of that name among our resources, with what is true of this run in it.
    private static Path configuration(String name, SiteFiles files, Path work, PinnedServer.Ports ports) {
        try (InputStream resource = requireNonNull(SitePeer.class.getResourceAsStream(name), name)) {
            String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    // As root it would drop to a user who may not read a temporary folder.
                    .replace("@USER@", System.getProperty("user.name").equals("root") ? "user root;" : "")
                    .replace("@WORK@", work.toString())
                    .replace("@PLAIN@", Integer.toString(ports.plain()))
                    .replace("@SECURE@", Integer.toString(ports.secure()))
                    .replace("@CHAIN@", files.chain().toString())
                    .replace("@KEY@", files.key().toString())
                    .replace("@ROOT@", files.folder().toString());
            return Files.writeString(work.resolve(name), text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
