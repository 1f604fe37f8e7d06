package org.pinisi.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeException;
import org.pinisi.edge.EdgeRoute;
import org.pinisi.edge.Target;
import org.pinisi.edge.Upstream;
import org.pinisi.http.Address;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Response;

/// An edge that gets certificates, and what belongs to it: an authority, a name server, an upstream that
/// answers with the host and the path that it was asked for. Used by one thread.
final class RenewalRig implements AutoCloseable {
    private static final Duration READY = Duration.ofMinutes(2);
    private static final Duration END = Duration.ofSeconds(60);

    private final PinnedServer.Ports ports = PinnedServer.Ports.free();
    private final PebbleAuthority authority;
    private final Loops loops;
    private final HttpServer upstream;
    private final RenewalEdge.Place place;
    private final EdgeClient client;
    private final Path log;
    private @Nullable Process edge;

    /// @param longestWait between two tries, while the authority is away
    RenewalRig(Path folder, Duration longestWait) throws IOException {
        authority = new PebbleAuthority(Files.createDirectories(folder.resolve("authority")), ports);
        loops = Loops.create("upstream", 1);
        upstream = HttpServer.builder(
                        Address.inet("127.0.0.1", 0),
                        request -> Response.text(
                                200,
                                request.fields().first("Host").orElse("?").split(":", 2)[0] + " " + request.rawPath()),
                        loops)
                .start();
        log = folder.resolve("edge.log");
        place = new RenewalEdge.Place(
                Files.createDirectories(folder.resolve("edge")),
                ports.plain(),
                ports.secure(),
                authority.directory(),
                authority.trust(),
                authority.dnsPort(),
                longestWait);
        client = new EdgeClient(place.adminSocket());
    }

    /// Begins the authority, then the edge, and returns when it answers.
    ///
    /// @param life of the certificates
    void start(Duration life) throws IOException, InterruptedException {
        authority.start(life);
        Process process = new ProcessBuilder(place.command())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        edge = process;
        long end = System.nanoTime() + READY.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                throw new BenchException("the edge did not come up:\n" + said());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean answers() {
        try {
            return client.routes().isEmpty();
        } catch (EdgeException _) {
            return false;
        }
    }

    PebbleAuthority authority() {
        return authority;
    }

    int securePort() {
        return ports.secure();
    }

    /// One route to the upstream for all of them.
    void route(List<String> hosts) {
        client.put(
                new EdgeRoute("names", hosts, new Target.Upstreams(List.of(new Upstream("unit", upstream.address())))));
    }

    List<CertificateStatus> statuses() {
        return client.certificates();
    }

    /// Of each name that has a certificate, its number.
    Map<String, String> serials() {
        Map<String, String> serials = new TreeMap<>();
        statuses().forEach(status -> status.serial().ifPresent(serial -> serials.put(status.name(), serial)));
        return serials;
    }

    void renew(String name) {
        client.renew(name);
    }

    /// A line for the standard input of [RenewalEdge].
    void tell(String command) throws IOException {
        Process running = running();
        running.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        running.getOutputStream().flush();
    }

    private Process running() {
        if (edge == null) {
            throw new IllegalStateException("the edge was not started");
        }
        return edge;
    }

    /// What the edge has written so far.
    String said() throws IOException {
        return Files.readString(log);
    }

    /// The edge's repository of certificates.
    Path book() {
        return place.book();
    }

    /// Ends the edge as a person does, so that nobody writes into its book any more.
    void end() throws IOException, InterruptedException {
        Process running = running();
        client.stop();
        running.getOutputStream().close();
        if (!running.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
            throw new BenchException("the edge does not end:\n" + said());
        }
    }

    @Override
    public void close() {
        client.close();
        if (edge != null) {
            edge.destroyForcibly()
                    .onExit()
                    .orTimeout(END.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
        authority.close();
        upstream.close();
        loops.close();
    }
}
