package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.ssl.OpenSsl;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// How servers speak TLS (1.2 and 1.3): with which certificates, by which engine, within which limits.
/// May be given to several servers; thread-safe. Whoever made it closes it, after those servers.
///
/// The engine is BoringSSL where its native library loads, else the JDK's. Session tickets are on, with
/// keys that change by themselves; nothing is kept for a session. Each handshake asks the
/// [CertificateSource], so certificates change by changing what it answers; connections that are open
/// go on with the old one.
///
/// A client that asks for a name whose certificate is [coming][CertificateSource#isComing] waits for it, for
/// three quarters of the handshake's time at most, and counts as a handshake meanwhile.
///
/// A session is resumed only under the certificate and the [ClientAuthority] it began with, so a
/// resumed client has shown all that a new one must show.
///
/// | limit | default | what happens beyond it |
/// |---|---|---|
/// | handshakeTime: from connecting to the end of the handshake | 10 s | connection closed |
/// | handshakes: begun and not ended, at once | 1,000 | connection closed |
/// | certificates: prepared and kept | 1,000 | the one not used longest is prepared anew |
public final class TlsServer implements AutoCloseable {
    /// The protocol of certificate authorities that look whether a name is ours (RFC 8737).
    static final String CHALLENGE = "acme-tls/1";

    private final CertificateSource source;
    private final CertificateSource challenges;
    private final ClientAuthoritySource clients;
    private final TlsContexts contexts;
    private final boolean strict;
    private final Duration handshakeTime;
    private final int mostHandshakes;
    private final Semaphore handshakes;

    private TlsServer(Builder builder) {
        this.source = builder.source;
        this.challenges = builder.challenges;
        this.clients = builder.clients;
        this.contexts = new TlsContexts(builder.nativeEngine && OpenSsl.isAvailable(), builder.certificates);
        this.strict = builder.strict;
        this.handshakeTime = builder.handshakeTime;
        this.mostHandshakes = builder.handshakes;
        this.handshakes = new Semaphore(mostHandshakes);
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

    /// Whether a quarter of the handshakes that may be under way at once is.
    boolean isBusy() {
        return handshakes.availablePermits() < mostHandshakes - mostHandshakes / 4;
    }

    void endHandshake() {
        handshakes.release();
    }

    /// Puts TLS at the end of a new connection's pipeline, and behind it what the listener names once
    /// the handshake is done. To be called on the connection's event loop before its channel is active,
    /// or with the channel active and a `channelActive` sent through the pipeline afterwards.
    ///
    /// @param protocols the application protocols, the preferred one first
    /// @param reached the address that the client meant to reach, which chooses the certificate if it
    ///     names none; null for the channel's own
    public void install(
            Channel channel, List<String> protocols, TlsListener listener, @Nullable SocketAddress reached) {
        List<String> spoken = List.copyOf(protocols);
        channel.pipeline().addLast(new TlsHello(this, spoken, listener, reached), new TlsGate(channel, listener));
    }

    /// Ends our side of a secure connection in order (`close_notify`), once what was written and
    /// flushed is out; the client may go on sending. Only for channels that [TlsListener#secured] was
    /// told of.
    public static ChannelFuture closeOutput(Channel channel) {
        return Tls.closeOutput(channel);
    }

    /// The certificate for a client that asks for this name at this address; empty to send it away.
    Optional<Certified> certified(String name, @Nullable SocketAddress reached) {
        if (name.isEmpty()) {
            InetAddress address = reached instanceof InetSocketAddress inet ? inet.getAddress() : null;
            Optional<Certified> ofAddress =
                    address == null ? Optional.empty() : source.find(NetUtil.toAddressString(address));
            return ofAddress.isPresent() ? ofAddress : source.find("");
        }
        Optional<Certified> found = source.find(name);
        return found.isPresent() || strict ? found : source.find("");
    }

    /// Whether there will soon be a certificate for this name.
    boolean isComing(String name) {
        return !name.isEmpty() && source.isComing(name);
    }

    /// The certificate that proves to an authority that this name is ours.
    Optional<Certified> challenge(String name) {
        return challenges.find(name);
    }

    Optional<ClientAuthority> clients(String name) {
        return clients.find(name);
    }

    /// Frees what is kept for certificates. Connections that are open are not touched.
    @Override
    public void close() {
        contexts.close();
    }

    /// Collects the settings. Not thread-safe.
    public static final class Builder {
        private final CertificateSource source;
        private CertificateSource challenges = _ -> Optional.empty();
        private ClientAuthoritySource clients = _ -> Optional.empty();
        private boolean nativeEngine = true;
        private boolean strict;
        private Duration handshakeTime = Duration.ofSeconds(10);
        private int handshakes = 1000;
        private int certificates = 1000;

        private Builder(CertificateSource source) {
            this.source = requireNonNull(source, "source");
        }

        /// Sends clients away that ask for an unknown name (alert `unrecognized_name`, RFC 6066),
        /// instead of showing the default certificate. Off by default.
        public Builder strict(boolean newStrict) {
            strict = newStrict;
            return this;
        }

        /// Where the certificates are that answer an authority's question whether a name is ours
        /// (TLS-ALPN-01, RFC 8737). A client that speaks `acme-tls/1` and nothing else is shown this
        /// one, and its connection closed after the handshake. None by default.
        public Builder challenges(CertificateSource newChallenges) {
            challenges = requireNonNull(newChallenges, "challenges");
            return this;
        }

        /// Which server names ask their clients for a certificate. None by default.
        public Builder clients(ClientAuthoritySource newClients) {
            clients = requireNonNull(newClients, "clients");
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
