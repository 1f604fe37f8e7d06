package org.pinisi.http;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// What the engine needs to know of each certificate, made at its first handshake and kept while the
/// certificate is in use, up to a bound. Thread-safe. Each authority for clients gets a context of its
/// own: tickets of one context are worth nothing in another, so nobody passes with a session that began
/// without a certificate.
///
/// **References.** A context of BoringSSL lies in native memory and is counted: one count is this
/// cache's, one is each connection's.
final class TlsContexts implements AutoCloseable {
    /// The suites that Mozilla's "intermediate" recommendation names, without finite-field key exchange.
    private static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final boolean boring;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Slot, SslContext> contexts = new LinkedHashMap<>(16, 0.75f, true);
    private final ReferenceQueue<Certified> unused = new ReferenceQueue<>();
    private boolean closed;

    /// A certificate, by identity and without keeping it, the application protocols, and whose
    /// certificates clients are to show, by identity.
    private static final class Slot extends WeakReference<Certified> {
        private final int hash;
        private final List<String> protocols;
        private final @Nullable ClientAuthority clients;

        Slot(
                Certified certified,
                List<String> protocols,
                @Nullable ClientAuthority clients,
                @Nullable ReferenceQueue<Certified> queue) {
            super(certified, queue);
            this.hash = (System.identityHashCode(certified) * 31 + protocols.hashCode()) * 31
                    + System.identityHashCode(clients);
            this.protocols = protocols;
            this.clients = clients;
        }

        @Override
        @SuppressWarnings("ReferenceEquality") // the same authority is the same object
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            Certified mine = get();
            return other instanceof Slot slot
                    && mine != null
                    && slot.refersTo(mine)
                    && clients == slot.clients
                    && protocols.equals(slot.protocols);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    TlsContexts(boolean boring, int most) {
        this.boring = boring;
        this.most = most;
    }

    boolean isNative() {
        return boring;
    }

    /// The context for this certificate, with one more count for the caller.
    SslContext retained(Certified certified, List<String> protocols, @Nullable ClientAuthority clients)
            throws SSLException {
        lock.lock();
        try {
            if (closed) {
                throw new SSLException("the TLS settings are closed");
            }
            dropUnused();
            Slot slot = new Slot(certified, protocols, clients, null);
            SslContext known = contexts.get(slot);
            if (known == null) {
                known = make(certified, protocols, clients);
                contexts.put(new Slot(certified, protocols, clients, unused), known);
                dropEldest();
            }
            return ReferenceCountUtil.retain(known);
        } finally {
            lock.unlock();
        }
    }

    private void dropUnused() {
        for (Object slot = unused.poll(); slot != null; slot = unused.poll()) {
            release(contexts.remove(slot));
        }
    }

    private void dropEldest() {
        if (contexts.size() > most) {
            Slot eldest = contexts.keySet().iterator().next();
            release(contexts.remove(eldest));
        }
    }

    private static void release(@Nullable SslContext context) {
        if (context != null) {
            ReferenceCountUtil.release(context);
        }
    }

    private SslContext make(Certified certified, List<String> protocols, @Nullable ClientAuthority clients)
            throws SSLException {
        // A client that offers only other protocols is refused before the engine sees it.
        ApplicationProtocolConfig alpn = new ApplicationProtocolConfig(
                Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, protocols);
        SslContextBuilder builder = SslContextBuilder.forServer(certified.key(), certified.chain())
                .sslProvider(boring ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .ciphers(SUITES, SupportedCipherSuiteFilter.INSTANCE)
                .applicationProtocolConfig(alpn);
        if (clients != null) {
            builder.trustManager(ClientTrust.of(clients.issuers(), boring))
                    .clientAuth(clients.required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
        }
        SslContext context = builder.build();
        if (context.sessionContext() instanceof OpenSslSessionContext sessions) {
            // Tickets with BoringSSL's own keys, which it replaces by itself; no sessions kept here.
            sessions.setTicketKeys();
            sessions.setSessionCacheEnabled(false);
        }
        return context;
    }

    /// How many are kept, for tests.
    int size() {
        lock.lock();
        try {
            dropUnused();
            return contexts.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            contexts.values().forEach(TlsContexts::release);
            contexts.clear();
        } finally {
            lock.unlock();
        }
    }
}
