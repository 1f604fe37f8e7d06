package org.pinisi.edge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pinisi.http.Address;
import org.pinisi.http.CertificateSource;

/// An edge on a free port of the loopback interface, with settings for tests.
final class EdgeFixture implements AutoCloseable {
    private final Edge edge;

    EdgeFixture(Path folder, String... settings) {
        this(folder, EdgeCertificates.none(), settings);
    }

    EdgeFixture(Path folder, CertificateSource certificates, String... settings) {
        this(folder, EdgeCertificates.fixed(certificates), settings);
    }

    EdgeFixture(Path folder, EdgeCertificates certificates, String... settings) {
        Map<String, String> words = new HashMap<>(Map.of("listen", "127.0.0.1:0", "loops", "2", "access-log", "off"));
        words.put("stop-time", "2s");
        for (int i = 0; i < settings.length; i += 2) {
            words.put(settings[i], settings[i + 1]);
        }
        edge = Edge.builder(EdgeConfig.of(folder, words))
                .folders(new PlainFolders())
                .certificates(certificates)
                .start();
    }

    Edge edge() {
        return edge;
    }

    void route(String name, Upstream... upstreams) {
        edge.routes().put(new EdgeRoute(name, List.of(name + ".test"), new Target.Upstreams(Arrays.asList(upstreams))));
    }

    RouteStats stats(String name) {
        return edge.routes().all().stream().anyMatch(route -> route.name().equals(name))
                ? java.util.Objects.requireNonNull(edge.routes().table().named(name))
                        .stats()
                : new RouteStats(name, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of());
    }

    int inFlight(String route, String upstream) {
        return stats(route).inFlight().getOrDefault(upstream, 0);
    }

    Wire connect() throws IOException {
        return new Wire(edge.addresses().getFirst());
    }

    /// The port without TLS.
    int port() {
        return ((Address.Inet) edge.addresses().getFirst()).port();
    }

    /// The first address with TLS.
    Address secure() {
        return edge.tlsAddresses().getFirst();
    }

    @Override
    public void close() {
        edge.close();
    }
}
