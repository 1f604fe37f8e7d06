package org.pinisi.flow;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// How to speak TLS (1.2 and 1.3) to servers: whom to trust, what protocol to ask for, who we are.
/// Immutable and thread-safe; sessions are resumed among the connections of one of these.
///
/// The default trusts whom the system's Java trusts and asks for no protocol.
public final class TlsClient {
    private final SSLContext context;
    private final boolean checksName;
    private final List<String> protocols;

    /// A certificate for a server that asks who we are.
    ///
    /// @param chain our certificate first, then those that sign it
    public record Identity(List<X509Certificate> chain, PrivateKey key) {
        public Identity {
            chain = List.copyOf(chain);
            requireNonNull(key, "key");
            if (chain.isEmpty()) {
                throw new IllegalArgumentException("chain: empty (expected: at least our own certificate)");
            }
        }

        /// Without the key.
        @Override
        public String toString() {
            return "Identity[" + chain.getFirst().getSubjectX500Principal() + "]";
        }
    }

    private TlsClient(SSLContext context, boolean checksName, List<String> protocols) {
        this.context = context;
        this.checksName = checksName;
        this.protocols = protocols;
    }

    private TlsClient(Builder builder) {
        this.checksName = builder.checksName;
        this.protocols = builder.protocols;
        try {
            context = SSLContext.getInstance("TLS");
            context.init(
                    builder.identity == null ? null : keys(builder.identity),
                    builder.trust == null ? null : new TrustManager[] {builder.trust},
                    null);
        } catch (GeneralSecurityException e) {
            throw new FlowException("the settings for TLS cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyManager[] keys(Identity identity) throws GeneralSecurityException {
        KeyStore store = emptyStore();
        Certificate[] chain = identity.chain.toArray(Certificate[]::new);
        store.setKeyEntry("identity", identity.key, new char[0], chain);
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, new char[0]);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new FlowException("an empty key store cannot be made", e);
        }
        return store;
    }

    /// The defaults.
    public static TlsClient create() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// The same, sessions included, asking for these protocols.
    public TlsClient withProtocols(String... newProtocols) {
        return new TlsClient(context, checksName, List.of(newProtocols));
    }

    /// `over` within 10 s.
    public Flow over(Flow flow, String serverName) throws IOException {
        return over(flow, serverName, Flows.DEFAULT_CONNECT_TIME);
    }

    /// Shakes hands over a connected flow. The result owns the flow; its patience is 60 s.
    ///
    /// @param serverName a name or an IP address; sent to the server if a name, and looked for in its
    ///     certificate if certificates are what is trusted
    /// @param time how long it may take in all
    /// @throws IOException if the server is not trusted or speaks no TLS; the flow is closed then
    public Flow over(Flow flow, String serverName, Duration time) throws IOException {
        SSLEngine engine = context.createSSLEngine(serverName, -1);
        engine.setUseClientMode(true);
        engine.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        SSLParameters parameters = engine.getSSLParameters();
        if (checksName) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (!HappyEyeballs.isLiteral(serverName)) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        parameters.setApplicationProtocols(protocols.toArray(String[]::new));
        engine.setSSLParameters(parameters);
        return TlsFlow.connected(flow, engine, "tls " + serverName + " over " + flow.description(), time);
    }

    /// What the server chose by ALPN (RFC 7301): `h2`, `http/1.1`. Empty if it chose nothing or this is
    /// no TLS.
    public static String applicationProtocol(Flow flow) {
        return flow instanceof TlsFlow tls ? tls.applicationProtocol() : "";
    }

    /// The server's certificates, its own first; empty if this is no TLS.
    public static List<X509Certificate> certificates(Flow flow) throws IOException {
        return flow instanceof TlsFlow tls ? tls.certificates() : List.of();
    }

    /// `TLSv1.3` or `TLSv1.2`; empty if this is no TLS.
    public static Optional<String> version(Flow flow) {
        return flow instanceof TlsFlow tls ? Optional.of(tls.version()) : Optional.empty();
    }

    /// Collects the settings. Not thread-safe.
    public static final class Builder {
        private @Nullable TrustManager trust;
        private @Nullable Identity identity;
        private boolean checksName = true;
        private List<String> protocols = List.of();

        private Builder() {}

        /// Trusts these authorities, and these servers themselves, instead of the system's; names are
        /// checked.
        public Builder trust(List<X509Certificate> authorities) {
            try {
                KeyStore store = emptyStore();
                for (int i = 0; i < authorities.size(); i++) {
                    store.setCertificateEntry("authority-" + i, authorities.get(i));
                }
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(store);
                trust = factory.getTrustManagers()[0];
            } catch (GeneralSecurityException e) {
                throw new FlowException("the authorities to trust cannot be used: " + e.getMessage(), e);
            }
            checksName = true;
            return this;
        }

        /// Trusts the one server whose certificate, or whose public key (RFC 7469), has this SHA-256;
        /// neither its name nor its dates matter then.
        ///
        /// @param sha256 64 hexadecimal digits, colons allowed between pairs, either case; or `sha256:`
        ///     and base64
        public Builder trustFingerprint(String sha256) {
            trust = new PinTrust(PinTrust.parse(sha256));
            checksName = false;
            return this;
        }

        /// Trusts everyone: hides from eavesdroppers, not from who stands in between. For tests and for
        /// what is checked by other means.
        public Builder trustEveryone() {
            trust = new PinTrust(null);
            checksName = false;
            return this;
        }

        /// Who we are, where the server asks.
        public Builder identity(Identity newIdentity) {
            identity = requireNonNull(newIdentity, "identity");
            return this;
        }

        /// What to ask for by ALPN, best first: `h2`, `http/1.1`.
        public Builder protocols(String... newProtocols) {
            protocols = List.of(newProtocols);
            return this;
        }

        public TlsClient build() {
            return new TlsClient(this);
        }
    }

    /// The SHA-256 of a certificate, as [Builder#trustFingerprint] takes it.
    public static String fingerprint(X509Certificate certificate) {
        return HexFormat.of().formatHex(PinTrust.sha256OfCertificate(certificate));
    }
}
