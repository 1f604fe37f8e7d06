package org.pinisi.http;

import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// A gateway of HTTP/3 on a free port with a certificate for one name, before an acceptor that echoes.
final class Http3Fixture implements AutoCloseable {
    static final String HOST = "one.example";

    final Certificates certificates = new Certificates();
    final TlsServer tls;
    final Http3Gateway gateway;
    final Echoes echoes;
    final Loops loops;
    final int port;

    private Http3Fixture(Builder builder) {
        certificates.put(HOST, TlsPeer.certified("one"));
        loops = builder.portable ? Loops.portable("test", 1) : Loops.create("test", builder.threads);
        TlsServer.Builder secure = TlsServer.builder(certificates)
                .strict(true)
                .handshakeTime(builder.handshakeTime)
                .handshakes(builder.handshakes);
        if (builder.clients != null) {
            secure.clients(builder.clients);
        }
        tls = secure.build();
        echoes = new Echoes(builder.path);
        gateway = new Http3Gateway(tls, builder.limits, builder.streams, InstantSource.system());
        port = gateway.open(loops, new Address.Inet("127.0.0.1", 0), echoes).port();
    }

    static Builder builder() {
        return new Builder();
    }

    static final class Builder {
        private FastPath path = (_, _) -> false;
        private HttpLimits limits = HttpLimits.defaults();
        private Http2Limits streams = Http2Limits.defaults();
        private Duration handshakeTime = Duration.ofSeconds(10);
        private int handshakes = 1000;
        private int threads = 1;
        private boolean portable;
        private @Nullable ClientAuthoritySource clients;

        Builder path(FastPath newPath) {
            path = newPath;
            return this;
        }

        Builder limits(HttpLimits newLimits) {
            limits = newLimits;
            return this;
        }

        Builder streams(Http2Limits newStreams) {
            streams = newStreams;
            return this;
        }

        Builder handshakes(int most, Duration time) {
            handshakes = most;
            handshakeTime = time;
            return this;
        }

        Builder threads(int newThreads) {
            threads = newThreads;
            return this;
        }

        Builder portable() {
            portable = true;
            return this;
        }

        Builder clients(ClientAuthoritySource newClients) {
            clients = newClients;
            return this;
        }

        Http3Fixture start() {
            return new Http3Fixture(this);
        }
    }

    Http3Peer connect() throws Exception {
        return new Http3Peer(port, HOST);
    }

    @Override
    public void close() {
        gateway.close();
        tls.close();
        loops.close();
    }
}
