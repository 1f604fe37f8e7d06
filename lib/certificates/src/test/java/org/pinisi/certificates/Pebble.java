package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.pinisi.flow.TlsClient;
import org.pinisi.http.Address;
import org.pinisi.http.Certified;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpException;
import org.pinisi.http.Origin;
import org.pinisi.process.Command;
import org.pinisi.process.Launch;
import org.pinisi.process.Limits;
import org.pinisi.process.Marker;
import org.pinisi.process.Output;
import org.pinisi.process.Processes;
import org.pinisi.process.Running;
import org.pinisi.process.Sandbox;

/// Pebble, the ACME server that rejects nonces and takes its time: started by a test, on free ports.
final class Pebble implements AutoCloseable {
    private static final String PROGRAM = "pebble";

    private final Path folder;
    private Settings settings;
    private final int port;
    private final int management;
    private final Certified root;
    private @Nullable Running running;

    /// @param httpPort where it looks for HTTP-01
    /// @param tlsPort where it looks for TLS-ALPN-01
    /// @param rejectedNonces of a hundred
    /// @param sleep seconds that it takes at most for a look
    /// @param validity of certificates
    /// @param externalAccounts whether it wants one
    /// @param otherChains how many roots beside the first
    record Settings(
            int httpPort,
            int tlsPort,
            String dns,
            int rejectedNonces,
            int sleep,
            Duration validity,
            boolean externalAccounts,
            int otherChains) {
        static Settings of(TestSite site, TestDns dns) {
            return new Settings(
                    site.httpPort(), site.tlsPort(), dns.hostAndPort(), 5, 0, Duration.ofDays(90), false, 0);
        }

        Settings withTrouble(int nonces, int seconds) {
            return new Settings(httpPort, tlsPort, dns, nonces, seconds, validity, externalAccounts, otherChains);
        }

        Settings withValidity(Duration newValidity) {
            return new Settings(
                    httpPort, tlsPort, dns, rejectedNonces, sleep, newValidity, externalAccounts, otherChains);
        }

        Settings withExternalAccounts() {
            return new Settings(httpPort, tlsPort, dns, rejectedNonces, sleep, validity, true, otherChains);
        }

        Settings withOtherChains(int count) {
            return new Settings(httpPort, tlsPort, dns, rejectedNonces, sleep, validity, externalAccounts, count);
        }
    }

    static final ExternalAccount ACCOUNT =
            new ExternalAccount("kid-1", "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W");

    private Pebble(Path folder, Settings settings) throws IOException {
        this.folder = folder;
        this.settings = settings;
        this.port = freePort();
        this.management = freePort();
        CertificateMaker maker = new CertificateMaker();
        InstantSource clock = InstantSource.system();
        this.root = maker.root("Pebble's own", KeyType.P256, List.of(), clock.instant(), Duration.ofDays(10));
        Certified own = maker.leaf(
                root,
                KeyType.P256,
                List.of(SubjectName.parse("localhost"), SubjectName.parse("127.0.0.1")),
                KeyType.P256.generate(),
                clock.instant(),
                clock.instant().plus(Duration.ofDays(9)));
        TestPem.write(folder.resolve("chain.pem"), folder.resolve("key.pem"), own);
    }

    static Pebble start(Path folder, Settings settings) throws IOException {
        Pebble pebble = new Pebble(Files.createTempDirectory(folder, "pebble"), settings);
        pebble.start();
        return pebble;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    /// Begins, also again after [#stop]: it has forgotten everything then.
    void start() throws IOException {
        Path config = folder.resolve("config.json");
        Files.writeString(config, """
                {"pebble": {"listenAddress": "127.0.0.1:%d", "managementListenAddress": "127.0.0.1:%d",
                 "certificate": "%s", "privateKey": "%s", "httpPort": %d, "tlsPort": %d, "ocspResponderURL": "",
                 "certificateValidityPeriod": %d, "externalAccountBindingRequired": %s,
                 "externalAccountMACKeys": {"%s": "%s"}}}
                """.formatted(
                        port,
                        management,
                        folder.resolve("chain.pem"),
                        folder.resolve("key.pem"),
                        settings.httpPort(),
                        settings.tlsPort(),
                        settings.validity().toSeconds(),
                        settings.externalAccounts(),
                        ACCOUNT.keyId(),
                        ACCOUNT.key()));
        Map<String, String> environment = new HashMap<>();
        environment.put("PATH", System.getenv("PATH"));
        environment.put("PEBBLE_WFE_NONCEREJECT", Integer.toString(settings.rejectedNonces()));
        environment.put("PEBBLE_AUTHZREUSE", "0");
        if (settings.sleep() == 0) {
            environment.put("PEBBLE_VA_NOSLEEP", "1");
        } else {
            environment.put("PEBBLE_VA_SLEEPTIME", Integer.toString(settings.sleep()));
        }
        environment.put("PEBBLE_ALTERNATE_ROOTS", Integer.toString(settings.otherChains()));
        running = Processes.detect()
                .start(new Launch(
                        new Command(
                                List.of(PROGRAM, "-config", config.toString(), "-dnsserver", settings.dns()),
                                folder,
                                environment),
                        new Marker("PINISI_TEST_PEBBLE", UUID.randomUUID().toString()),
                        new Output.Append(folder.resolve("pebble.log")),
                        new Sandbox.None(),
                        Limits.none()));
        Awaitility.await("Pebble answers at " + directory())
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get(port, "/dir").isPresent());
    }

    /// Begins again as another authority at the same place, whose certificates live that long.
    void restart(Duration validity) throws IOException {
        stop();
        settings = settings.withValidity(validity);
        start();
    }

    /// Ends it at once, as a machine that fails.
    void stop() {
        if (running != null) {
            try {
                running.terminate(Duration.ZERO);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            running = null;
        }
    }

    URI directory() {
        return URI.create("https://127.0.0.1:" + port + "/dir");
    }

    int port() {
        return port;
    }

    /// Who signed its own server certificate.
    List<X509Certificate> trust() {
        return List.of(root.chain().getFirst());
    }

    Issuer.Acme.Builder issuer() {
        return Issuer.Acme.at("Pebble", directory()).agreeToTerms().trust(trust());
    }

    /// `Valid` or `Revoked`, as it says itself.
    String status(X509Certificate certificate) {
        String answer = get(
                        management,
                        "/cert-status-by-serial/"
                                + certificate.getSerialNumber().toString(16))
                .orElseThrow();
        assertThat(answer).contains("\"Status\"");
        return answer.contains("\"Revoked\"") ? "Revoked" : "Valid";
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("pebble.log"));
    }

    private Optional<String> get(int at, String target) {
        TlsClient tls = TlsClient.builder().trust(trust()).build();
        try (HttpClient client = HttpClient.builder().tls(tls).build();
                ClientResponse response =
                        client.send(new Origin(Address.inet("127.0.0.1", at), true), ClientRequest.get(target))) {
            return Optional.of(response.bodyAsText(1 << 20));
        } catch (HttpException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
