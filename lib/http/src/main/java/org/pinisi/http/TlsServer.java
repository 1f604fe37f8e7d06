package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.handler.ssl.OpenSsl;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// How servers speak TLS (1.2 and 1.3): with which certificates, by which engine, within which limits. May be
/// given to several servers; thread-safe. Whoever made it closes it, after those servers.
///
/// The engine is BoringSSL where its native library loads, else the JDK's. Session tickets are on, with keys
/// that change by themselves; nothing is kept for a session. Each handshake asks the [CertificateSource], so
/// certificates change by changing what it answers; connections that are open go on with the old one.
///
/// | limit | default | what happens beyond it |
/// |---|---|---|
/// | handshakeTime: from connecting to the end of the handshake | 10 s | connection closed |
/// | handshakes: begun and not ended, at once | 1,000 | connection closed |
/// | certificates: prepared and kept | 1,000 | the one not used longest is prepared anew |
public final class TlsServer implements AutoCloseable {
    private final CertificateSource source;
    private final TlsContexts contexts;
    private final boolean strict;
    private final Duration handshakeTime;
    private final Semaphore handshakes;

    private TlsServer(Builder builder) {
        this.source = builder.source;
        this.contexts = new TlsContexts(builder.nativeEngine && OpenSsl.isAvailable(), builder.certificates);
        this.strict = builder.strict;
        this.handshakeTime = builder.handshakeTime;
        this.handshakes = new Semaphore(builder.handshakes);
    }

    /// A server's TLS with these certificates, and defaults for all else.
    public static Builder builder(CertificateSource source) {
        return new Builder(source);
    }

    /// `boringssl` or `jdk`.
    public String engine() {
        return contexts.isNative() ? "boringssl" : "jdk";
    }

    Duration handshakeTime() {
        return handshakeTime;
    }

    TlsContexts contexts() {
        return contexts;
    }

    boolean beginHandshake() {
        return handshakes.tryAcquire();
    }

    void endHandshake() {
        handshakes.release();
    }

    /// The certificate for a client that asks for this name; empty to send it away.
    Optional<Certified> certified(String asked) {
        String lower = asked.toLowerCase(Locale.ROOT);
        String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        Optional<Certified> found = source.find(name);
        return found.isPresent() || strict || name.isEmpty() ? found : source.find("");
    }

    /// Frees what is kept for certificates. Connections that are open are not touched.
    @Override
    public void close() {
        contexts.close();
    }

    /// Collects the settings. Not thread-safe.
    public static final class Builder {
        private final CertificateSource source;
        private boolean nativeEngine = true;
        private boolean strict;
        private Duration handshakeTime = Duration.ofSeconds(10);
        private int handshakes = 1000;
        private int certificates = 1000;

        private Builder(CertificateSource source) {
            this.source = requireNonNull(source, "source");
        }

        /// Sends clients away that ask for an unknown name (alert `unrecognized_name`, RFC 6066), instead of
        /// showing the default certificate. Off by default.
        public Builder strict(boolean newStrict) {
            strict = newStrict;
            return this;
        }

        /// The JDK's engine, whatever the machine offers.
        public Builder portable() {
            nativeEngine = false;
            return this;
        }

        /// How long a handshake may take.
        public Builder handshakeTime(Duration newTime) {
            if (!newTime.isPositive()) {
                throw new IllegalArgumentException("handshakeTime: " + newTime + " (expected: more than zero)");
            }
            handshakeTime = newTime;
            return this;
        }

        /// How many handshakes may be under way at once.
        public Builder handshakes(int most) {
            handshakes = positive("handshakes", most);
            return this;
        }

        /// How many certificates are kept prepared.
        public Builder certificates(int most) {
            certificates = positive("certificates", most);
            return this;
        }

        private static int positive(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + ": " + value + " (expected: 1 or more)");
            }
            return value;
        }

        public TlsServer build() {
            return new TlsServer(this);
        }
    }
}
