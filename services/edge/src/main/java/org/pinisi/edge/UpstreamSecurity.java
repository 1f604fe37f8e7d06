package org.pinisi.edge;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.FingerprintTrustManagerFactory;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLException;
import org.pinisi.http.Address;

/// TLS towards one upstream: whom it believes, what it shows, which protocols it offers. Reads its files
/// when it is made, which blocks; thread-safe after that.
final class UpstreamSecurity {
    private static final int PORT = 443;

    private final SslContext any;
    private final SslContext old;
    private final String name;

    private UpstreamSecurity(SslContext any, SslContext old, String name) {
        this.any = any;
        this.old = old;
        this.name = name;
    }

    /// @throws EdgeException when a file cannot be used, naming the upstream
    static UpstreamSecurity of(Upstream upstream) {
        String name = upstream.tls().serverName().orElseGet(() -> host(upstream.address()));
        return new UpstreamSecurity(
                context(upstream, List.of("h2", "http/1.1")), context(upstream, List.of("http/1.1")), name);
    }

    private static String host(Address address) {
        return switch (address) {
            case Address.Inet(String host, int _) -> host;
            case Address.Unix _ -> "localhost";
        };
    }

    private static SslContext context(Upstream upstream, List<String> protocols) {
        UpstreamTls wanted = upstream.tls();
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols));
        try {
            trust(builder, wanted);
            if (wanted.certificate().isPresent() && wanted.key().isPresent()) {
                Path chain = wanted.certificate().get();
                builder.keyManager(chain.toFile(), wanted.key().get().toFile());
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException unusable) {
            throw new EdgeException(
                    "the TLS settings of the upstream " + upstream.id() + " cannot be used: " + unusable.getMessage()
                            + "; check its files of authorities, certificate and key",
                    unusable);
        }
    }

    private static void trust(SslContextBuilder builder, UpstreamTls wanted) {
        if (wanted.fingerprint().isPresent()) {
            builder.trustManager(FingerprintTrustManagerFactory.builder("SHA-256")
                            .fingerprints(wanted.fingerprint().get())
                            .build())
                    .endpointIdentificationAlgorithm(null);
        } else if (wanted.verify()) {
            wanted.authorities().ifPresent(file -> builder.trustManager(file.toFile()));
            builder.endpointIdentificationAlgorithm("HTTPS");
        } else {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm(null);
        }
    }

    /// The handler for one connection.
    ///
    /// @param http1 whether HTTP/1.1 alone is to be offered
    SslHandler handler(ByteBufAllocator allocator, boolean http1, int handshakeMillis) {
        SslHandler handler = (http1 ? old : any).newHandler(allocator, name, PORT);
        handler.setHandshakeTimeoutMillis(handshakeMillis);
        return handler;
    }
}
