package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.quic.EpollQuicUtils;
import io.netty.handler.codec.quic.Quic;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicChannelOption;
import io.netty.handler.codec.quic.QuicCodecDispatcher;
import io.netty.handler.codec.quic.QuicConnectionIdGenerator;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// HTTP/3 for a proxy (RFC 9114, over QUIC, RFC 9000): connections whose streams are passed on piece by piece
/// on the event loop, as those of [Http2Gateway]. Thread-safe; what it opens belongs to one event loop each.
///
/// Each loop has a socket of its own at the same port, and gets the packets of its own connections, also when a
/// client's address changes. TLS is QUIC's own: certificates are those of the [TlsServer], of which also the
/// bound on handshakes and their time count here. A name whose clients must show a certificate is not served.
/// There is no early data, which could be replayed, and no push.
public final class Http3Gateway implements AutoCloseable {
    /// The name for Alt-Svc and ALPN (RFC 9114, section 3.1).
    public static final String PROTOCOL = "h3";

    private static final int ID_BYTES = 16;
    private static final int MOST_SEGMENTS = 16;
    private static final int PAYLOAD = 1350;
    private static final int SOCKET_BYTES = 4 << 20;
    /// Control and QPACK streams, and some that nobody knows (RFC 9114, section 6.2).
    private static final int UNIDIRECTIONAL = 8;

    private static final int UNIDIRECTIONAL_WINDOW = 16 << 10;
    private static final int ANY_NUMBER = 1 << 24;
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final ServerCore core;
    private final TlsServer tls;
    private final QuicCertificates certificates;
    private final QuicSslContext chooser;
    private final byte[] tokenKey = QuicTokens.newKey(new SecureRandom());
    private final List<Channel> sockets = new CopyOnWriteArrayList<>();

    /// What becomes of clients. On the event loop of each.
    public interface Arrivals {
        /// Whether nobody more may come in.
        boolean isFull();

        /// The handshake is done; says who answers the client's requests.
        StreamAcceptor secured(Channel channel, TlsFacts facts, InetSocketAddress from, InetSocketAddress reached);

        /// There will be no connection.
        void failed(Channel channel, TlsFailure failure);
    }

    /// @param tls its certificates and bounds; stays the caller's, to be closed later
    /// @param limits for heads and bodies, and how long a connection may be idle
    /// @param streams how many streams at once, how large header lists and windows may be, and what is a flood
    public Http3Gateway(TlsServer tls, HttpLimits limits, Http2Limits streams, InstantSource clock) {
        this.tls = requireNonNull(tls, "tls");
        this.certificates = new QuicCertificates(tls);
        this.chooser = QuicSslContextBuilder.buildForServerWithSni(certificates);
        this.core = new ServerCore(
                "http3",
                _ -> {
                    throw new IllegalStateException("a gateway has no handlers");
                },
                null,
                limits.withConcurrency(ANY_NUMBER, 1),
                streams,
                new ServerCore.Protocols(true, false),
                new HttpDate(clock),
                Duration.ofSeconds(1));
    }

    /// Whether QUIC's native library runs on this machine.
    public static boolean isAvailable() {
        return Quic.isAvailable();
    }

    /// Opens the sockets at this address, one for each loop; port 0 for any.
    ///
    /// @return the address with the real port
    /// @throws HttpException if the address cannot be had
    public Address.Inet open(Loops loops, Address.Inet address, Arrivals arrivals) {
        int port = address.port();
        Dispatcher dispatcher = loops.threads() > 1 && loops.isEpoll() ? new Dispatcher(loops, arrivals) : null;
        for (EventExecutor executor : loops.group()) {
            InetSocketAddress wanted = address.host().isEmpty()
                    ? new InetSocketAddress(port)
                    : new InetSocketAddress(address.host(), port);
            ChannelHandler handler = dispatcher == null ? codec(loops, arrivals, null) : dispatcher;
            Channel socket = bind((EventLoop) executor, loops, wanted, handler);
            sockets.add(socket);
            port = ((InetSocketAddress) socket.localAddress()).getPort();
            if (dispatcher == null) {
                break;
            }
        }
        return new Address.Inet(address.host(), port);
    }

    private Channel bind(EventLoop loop, Loops loops, InetSocketAddress address, ChannelHandler handler) {
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(loops.datagramChannel())
                .option(ChannelOption.ALLOCATOR, loops.allocator())
                .option(ChannelOption.SO_RCVBUF, SOCKET_BYTES)
                .option(ChannelOption.SO_SNDBUF, SOCKET_BYTES)
                .handler(handler);
        if (loops.isEpoll()) {
            bootstrap.option(UnixChannelOption.SO_REUSEPORT, true);
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new HttpException(
                    500,
                    "cannot listen on UDP " + address + ": " + bound.cause().getMessage());
        }
        return bound.channel();
    }

    private final class Dispatcher extends QuicCodecDispatcher {
        private final Loops loops;
        private final Arrivals arrivals;

        Dispatcher(Loops loops, Arrivals arrivals) {
            super(ID_BYTES);
            this.loops = loops;
            this.arrivals = arrivals;
        }

        @Override
        protected void initChannel(Channel channel, int idBytes, QuicConnectionIdGenerator ids) {
            channel.pipeline().addLast(codec(loops, arrivals, ids));
        }
    }

    private ChannelHandler codec(Loops loops, Arrivals arrivals, @Nullable QuicConnectionIdGenerator ids) {
        Http2Limits streams = core.http2;
        QuicServerCodecBuilder builder = Http3.newQuicServerCodecBuilder()
                .sslEngineProvider(channel -> chooser.newEngine(channel.alloc()))
                .localConnectionIdLength(ID_BYTES)
                .maxIdleTimeout(core.limits.idleTime().toMillis(), TimeUnit.MILLISECONDS)
                .maxRecvUdpPayloadSize(PAYLOAD)
                .maxSendUdpPayloadSize(PAYLOAD)
                .initialMaxData(streams.connectionWindow())
                .initialMaxStreamDataBidirectionalRemote(streams.streamWindow())
                .initialMaxStreamsBidirectional(streams.streams())
                .initialMaxStreamsUnidirectional(UNIDIRECTIONAL)
                .initialMaxStreamDataUnidirectional(UNIDIRECTIONAL_WINDOW)
                .tokenHandler(new QuicTokens(tokenKey, tls::isBusy, System::nanoTime))
                .handler(new ChannelInitializer<QuicChannel>() {
                    @Override
                    protected void initChannel(QuicChannel channel) {
                        channel.pipeline().addLast(new Http3Arrival(core, tls, certificates, arrivals));
                    }
                });
        if (loops.isEpoll()) {
            builder.option(
                    QuicChannelOption.SEGMENTED_DATAGRAM_PACKET_ALLOCATOR,
                    EpollQuicUtils.newSegmentedAllocator(MOST_SEGMENTS));
        }
        if (ids != null) {
            builder.connectionIdAddressGenerator(ids);
        }
        return builder.build();
    }

    /// Tells every client to go elsewhere; their requests under way end first.
    public void drain() {
        core.drain();
    }

    /// Ends all connections, and closes the sockets.
    @Override
    public void close() {
        core.abort();
        try {
            core.awaitEmpty(CLOSING);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        for (Channel socket : sockets) {
            socket.close().awaitUninterruptibly(CLOSING.toMillis());
        }
        certificates.close();
        ReferenceCountUtil.release(chooser);
    }
}
