package org.pinisi.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Pebble as a slow authority that rejects three of ten nonces, and the name server that belongs to it.
/// Every name points to 127.0.0.1, unless it is told otherwise.
final class PebbleAuthority implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final PinnedServer.Ports edge;
    private final BenchCertificate own;
    private final PinnedServer.Ports ports = PinnedServer.Ports.free();
    private final PinnedServer.Ports names = freeForDatagrams();
    private final Process nameServer;
    private final HttpClient client;
    private final List<X509Certificate> roots = new CopyOnWriteArrayList<>();
    private @Nullable Process running;

    /// @param edge where it looks for proofs
    PebbleAuthority(Path folder, PinnedServer.Ports edge) throws IOException {
        this.folder = folder;
        this.edge = edge;
        this.own = BenchCertificate.make(folder);
        this.client = HttpClient.newBuilder().sslContext(Trust.of(own.chain())).build();
        this.nameServer = begin(
                "names",
                "pebble-challtestsrv",
                "-dns01",
                "127.0.0.1:" + names.plain(),
                "-management",
                "127.0.0.1:" + names.secure(),
                "-defaultIPv6",
                "",
                "-http01",
                "",
                "-https01",
                "",
                "-tlsalpn01",
                "");
    }

    private static PinnedServer.Ports freeForDatagrams() {
        while (true) {
            PinnedServer.Ports free = PinnedServer.Ports.free();
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), free.plain());
            try (DatagramSocket _ = new DatagramSocket(address);
                    ServerSocket _ = new ServerSocket(free.plain(), 1, address.getAddress())) {
                return free;
            } catch (IOException _) {
                // Somebody has that port on UDP: another one.
            }
        }
    }

    private Process begin(String name, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(name + ".log").toFile()));
        builder.environment().put("PEBBLE_WFE_NONCEREJECT", "30");
        builder.environment().put("PEBBLE_VA_SLEEPTIME", "1");
        builder.environment().put("PEBBLE_AUTHZREUSE", "0");
        return builder.start();
    }

    /// Begins, also again after [#stop]: it has forgotten everything then, and has another root.
    ///
    /// @param validity of the certificates that it gives
    void start(Duration validity) throws IOException, InterruptedException {
        Files.writeString(folder.resolve("pebble.json"), """
                {"pebble": {"listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
                 "certificate": "%s", "privateKey": "%s", "httpPort": %d, "tlsPort": %d, "ocspResponderURL": "",
                 "certificateValidityPeriod": %d}}
                """.formatted(
                        ports.plain(),
                        ports.secure(),
                        own.chain(),
                        own.key(),
                        edge.plain(),
                        edge.secure(),
                        validity.toSeconds()));
        running = begin(
                "pebble",
                "pebble",
                "-config",
                folder.resolve("pebble.json").toString(),
                "-dnsserver",
                "127.0.0.1:" + names.plain());
        byte[] root = root();
        try {
            roots.add((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(root)));
        } catch (GeneralSecurityException malformed) {
            throw new IOException("Pebble's root", malformed);
        }
    }

    private byte[] root() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            try {
                byte[] root = management("/roots/0");
                if (root.length > 0) {
                    return root;
                }
            } catch (ConnectException _) {
                // It does not listen yet.
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        throw new BenchException("Pebble did not come up:\n" + Files.readString(folder.resolve("pebble.log")));
    }

    /// Ends it at once, as a machine that fails.
    void stop() {
        if (running != null) {
            running.destroyForcibly()
                    .onExit()
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        }
    }

    private byte[] management(String target) throws IOException, InterruptedException {
        URI address = URI.create("https://127.0.0.1:" + ports.secure() + target);
        HttpResponse<byte[]> answer = client.send(
                HttpRequest.newBuilder(address).timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofByteArray());
        return answer.statusCode() == 200 ? answer.body() : new byte[0];
    }

    /// What it says itself of a certificate's state, as JSON.
    String status(String serial) throws IOException, InterruptedException {
        return new String(management("/cert-status-by-serial/" + serial), StandardCharsets.UTF_8);
    }

    /// Where the name points from now on.
    void point(String name, String address) throws IOException, InterruptedException {
        tell("clear-a", "{\"host\":\"" + name + ".\"}");
        tell("add-a", "{\"host\":\"" + name + ".\",\"addresses\":[\"" + address + "\"]}");
    }

    private void tell(String what, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + names.secure() + "/" + what))
                .timeout(PATIENCE)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        int status =
                client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 200) {
            throw new IOException("the name server answered " + status + " to " + what);
        }
    }

    URI directory() {
        return URI.create("https://127.0.0.1:" + ports.plain() + "/dir");
    }

    Path trust() {
        return own.chain();
    }

    int dnsPort() {
        return names.plain();
    }

    /// For a client that trusts all roots that there were until now, and remembers no session: each
    /// connection with it shows the server's certificate anew.
    SSLContext clientContext() {
        return Trust.of(roots);
    }

    @Override
    public void close() {
        stop();
        nameServer.destroyForcibly();
        client.close();
    }
}
