package org.pinisi.edge;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pinisi.flow.Context;
import org.pinisi.flow.FlowException;
import org.pinisi.flow.Flows;
import org.pinisi.flow.TlsClient;
import org.pinisi.http.Address;
import org.pinisi.http.Certified;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpException;
import org.pinisi.http.Origin;

/// Asks an upstream in its own language: a GET over what it speaks, or only for a connection. Each time
/// over a new connection, since one that is kept says nothing about the next.
final class UpstreamProbe implements HealthProbe {
    private final Upstream upstream;
    private final HealthCheckRule rule;
    private @Nullable HttpClient client;

    UpstreamProbe(Upstream upstream, HealthCheckRule rule) {
        this.upstream = upstream;
        this.rule = rule;
    }

    @Override
    public @Nullable String ask() throws InterruptedException {
        try {
            return switch (rule.kind()) {
                case HTTP -> request();
                case TCP -> connection();
            };
        } catch (ClosedByInterruptException interrupted) {
            throw new InterruptedException("interrupted while asking " + upstream.id());
        } catch (IOException | HttpException | FlowException | EdgeException failure) {
            return String.valueOf(failure.getMessage());
        }
    }

    private @Nullable String connection() throws IOException {
        int millis = (int) rule.timeout().toMillis();
        switch (upstream.address()) {
            case Address.Inet(String host, int port) -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new java.net.InetSocketAddress(host, port), millis);
                }
            }
            case Address.Unix(var path) -> {
                SocketAddress address = UnixDomainSocketAddress.of(path);
                // A unix socket is there or it is not; connecting does not wait for anybody.
                try (SocketChannel channel = SocketChannel.open(address)) {
                    return channel.isConnected() ? null : "no connection";
                }
            }
        }
        return null;
    }

    private @Nullable String request() throws IOException, InterruptedException {
        ClientRequest request = ClientRequest.get(rule.path()).with("User-Agent", "pinisi-health");
        if (rule.host().isPresent()) {
            request = request.with("Host", rule.host().get());
        }
        Origin origin = new Origin(upstream.address(), upstream.protocol() == UpstreamProtocol.HTTPS);
        try (ClientResponse answer = client().send(origin, request)) {
            int status = answer.status();
            if (status < rule.firstStatus() || status > rule.lastStatus()) {
                return "it answered " + status;
            }
            return rule.bodyPrefix().isEmpty() ? null : prefix(answer.body());
        }
    }

    private @Nullable String prefix(InputStream body) throws IOException {
        byte[] wanted = rule.bodyPrefix().getBytes(StandardCharsets.UTF_8);
        ByteBuffer found = ByteBuffer.wrap(new byte[wanted.length]);
        long deadline = System.nanoTime() + rule.timeout().toNanos();
        while (found.hasRemaining() && System.nanoTime() - deadline < 0) {
            int read = body.read(found.array(), found.position(), found.remaining());
            if (read < 0) {
                break;
            }
            found.position(found.position() + read);
        }
        return Arrays.equals(found.array(), wanted) ? null : "its body begins otherwise";
    }

    private HttpClient client() throws IOException {
        HttpClient known = client;
        if (known != null) {
            return known;
        }
        HttpClient.Builder builder = HttpClient.builder()
                .connectTime(rule.timeout())
                .answerTime(rule.timeout())
                .idleTime(rule.timeout())
                .keep(0, Duration.ofSeconds(1));
        switch (upstream.protocol()) {
            case HTTP1 -> builder.http2(false);
            case H2C -> builder.http2PriorKnowledge();
            case HTTPS -> {
                builder.tls(tls(upstream.tls()));
                upstream.tls()
                        .serverName()
                        .ifPresent(name -> builder.context(Context.empty().with(Flows.SERVER_NAME, name)));
            }
        }
        HttpClient made = builder.build();
        client = made;
        return made;
    }

    private static TlsClient tls(UpstreamTls rule) throws IOException {
        TlsClient.Builder builder = TlsClient.builder();
        if (rule.fingerprint().isPresent()) {
            builder.trustFingerprint(rule.fingerprint().get());
        } else if (!rule.verify()) {
            builder.trustEveryone();
        } else if (rule.authorities().isPresent()) {
            try (InputStream file = Files.newInputStream(rule.authorities().get())) {
                List<X509Certificate> trusted =
                        CertificateFactory.getInstance("X.509").generateCertificates(file).stream()
                                .map(X509Certificate.class::cast)
                                .toList();
                builder.trust(trusted);
            } catch (GeneralSecurityException malformed) {
                throw new EdgeException(
                        "no certificates in " + rule.authorities().get() + ": " + malformed.getMessage(), malformed);
            }
        }
        if (rule.certificate().isPresent() && rule.key().isPresent()) {
            Certified own =
                    Certified.fromPem(rule.certificate().get(), rule.key().get());
            builder.identity(new TlsClient.Identity(own.chain(), own.key()));
        }
        return builder.build();
    }

    @Override
    public void close() {
        HttpClient known = client;
        if (known != null) {
            known.close();
        }
    }
}
