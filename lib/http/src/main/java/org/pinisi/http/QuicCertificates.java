package org.pinisi.http;

import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.util.Mapping;
import io.netty.util.ReferenceCountUtil;
import java.security.cert.X509Certificate;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What QUIC's own TLS needs to know of each certificate, made at its first handshake and kept, up to a bound.
/// Thread-safe; the engine asks on event loops.
///
/// A name without certificate, and one whose clients must show one, is refused: such a client comes over TCP.
final class QuicCertificates implements Mapping<String, QuicSslContext>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QuicCertificates.class);
    private static final int MOST = 1000;

    private final TlsServer tls;
    private final ReentrantLock lock = new ReentrantLock();
    /// By identity, the one not used longest first.
    private final Map<Key, QuicSslContext> contexts = new LinkedHashMap<>(16, 0.75f, true);

    /// A certificate by identity.
    private record Key(Certified certified) {
        @Override
        @SuppressWarnings("ReferenceEquality") // the same certificate is the same object
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && key.certified == certified;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(certified);
        }
    }

    QuicCertificates(TlsServer tls) {
        this.tls = tls;
    }

    /// The certificate for a client that asks for this name; empty to send it away.
    Optional<Certified> find(String asked) {
        String name = ServerName.asked(asked);
        return tls.clients(name).isPresent() ? Optional.empty() : tls.certified(name, null);
    }

    @Override
    public @Nullable QuicSslContext map(@Nullable String asked) {
        return find(asked == null ? "" : asked).map(this::context).orElse(null);
    }

    private @Nullable QuicSslContext context(Certified certified) {
        lock.lock();
        try {
            Key key = new Key(certified);
            QuicSslContext known = contexts.get(key);
            if (known == null) {
                known = make(certified);
                if (known != null) {
                    contexts.put(key, known);
                    dropEldest();
                }
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private static @Nullable QuicSslContext make(Certified certified) {
        try {
            return QuicSslContextBuilder.forServer(
                            certified.key(), null, certified.chain().toArray(X509Certificate[]::new))
                    .applicationProtocols(Http3.supportedApplicationProtocols())
                    .build();
        } catch (RuntimeException unusable) {
            LOG.error("event=certificate-unusable protocol=h3 reason=\"{}\"", unusable.toString());
            return null;
        }
    }

    private void dropEldest() {
        if (contexts.size() > MOST) {
            Iterator<QuicSslContext> eldest = contexts.values().iterator();
            QuicSslContext dropped = eldest.next();
            eldest.remove();
            ReferenceCountUtil.release(dropped);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            contexts.values().forEach(ReferenceCountUtil::release);
            contexts.clear();
        } finally {
            lock.unlock();
        }
    }
}
