package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.DefaultQuicStreamFrame;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionCloseEvent;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamResetException;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A client of HTTP/3 that does what a test says. Blocks; takes any certificate.
@SuppressWarnings("FutureReturnValueIgnored") // what fails to leave brings no answer
final class Http3Peer implements AutoCloseable {
    private static final long SECONDS = 20;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final CompletableFuture<Integer> ending = new CompletableFuture<>();
    private final Channel socket;
    private final QuicChannel connection;

    /// What came back on one stream.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int status, Http3Headers fields, byte[] body, List<Integer> interim, Http3Headers trailers) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        String field(String name) {
            return String.valueOf(fields.get(name));
        }
    }

    /// The stream was broken off.
    static final class Reset extends Exception {
        private static final long serialVersionUID = 1;

        private final long code;

        Reset(long code) {
            super("reset with 0x" + Long.toHexString(code));
            this.code = code;
        }

        long code() {
            return code;
        }
    }

    /// @throws Exception if there is no connection
    Http3Peer(int port, String name) throws Exception {
        this(port, name, 0);
    }

    /// @param window how much of an answer may come unread; 0 for much
    Http3Peer(int port, String name, int window) throws Exception {
        this(port, name, window, Duration.ofSeconds(SECONDS));
    }

    /// @param patience how long to wait for the connection
    Http3Peer(int port, String name, int window, Duration patience) throws Exception {
        QuicSslContext tls = QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .applicationProtocols(Http3.supportedApplicationProtocols())
                .build();
        socket = new Bootstrap()
                .group(group)
                .channel(NioDatagramChannel.class)
                .handler(Http3.newQuicClientCodecBuilder()
                        .sslEngineProvider(channel -> name.isEmpty()
                                ? tls.newEngine(channel.alloc())
                                : tls.newEngine(channel.alloc(), name, port))
                        .maxIdleTimeout(SECONDS, TimeUnit.SECONDS)
                        .initialMaxData(window == 0 ? 10_000_000 : window)
                        .initialMaxStreamDataBidirectionalLocal(window == 0 ? 1_000_000 : window)
                        .build())
                .bind(0)
                .sync()
                .channel();
        boolean made = false;
        try {
            connection = QuicChannel.newBootstrap(socket)
                    .handler(new ChannelInitializer<QuicChannel>() {
                        @Override
                        protected void initChannel(QuicChannel channel) {
                            channel.pipeline()
                                    .addLast(
                                            new Http3ClientConnectionHandler(null, null, null, null, true),
                                            new Watch());
                        }
                    })
                    .remoteAddress(new InetSocketAddress("127.0.0.1", port))
                    .connect()
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
            made = true;
        } finally {
            if (!made) {
                stop();
            }
        }
    }

    QuicChannel connection() {
        return connection;
    }

    /// The common name in the certificate that the server has shown.
    String subject() throws Exception {
        X509Certificate shown = (X509Certificate)
                requireNonNull(connection.sslEngine()).getSession().getPeerCertificates()[0];
        return shown.getSubjectX500Principal().getName();
    }

    /// Whether one more request may be begun.
    boolean isFree() {
        return connection.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0;
    }

    /// How many datagrams have come.
    long datagrams() throws Exception {
        return connection.collectStats().get(SECONDS, TimeUnit.SECONDS).recv();
    }

    /// Whether there is no connection any more.
    boolean isOver() {
        return !connection.isActive();
    }

    /// Whether the server has said that it takes no more requests.
    boolean isToldToGo() {
        Http3ClientConnectionHandler known = connection.pipeline().get(Http3ClientConnectionHandler.class);
        return known != null && known.isGoAwayReceived();
    }

    /// Sends these bytes on a stream of their own and resets it, without waiting for anything.
    void resetAtOnce(byte[] bytes, int code) {
        plain(QuicStreamType.BIDIRECTIONAL, stream -> {
            stream.writeAndFlush(Unpooled.wrappedBuffer(bytes));
            stream.shutdown(code);
        });
    }

    /// Sends a request of these bytes, without waiting for anything.
    void rawAtOnce(byte[] bytes) {
        plain(
                QuicStreamType.BIDIRECTIONAL,
                stream -> stream.writeAndFlush(new DefaultQuicStreamFrame(Unpooled.wrappedBuffer(bytes), true)));
    }

    /// Sends a unidirectional stream of these bytes, without waiting for anything.
    void oneWayAtOnce(byte[] bytes) {
        plain(
                QuicStreamType.UNIDIRECTIONAL,
                stream -> stream.writeAndFlush(new DefaultQuicStreamFrame(Unpooled.wrappedBuffer(bytes), true)));
    }

    private void plain(QuicStreamType type, Consumer<QuicStreamChannel> then) {
        connection.createStream(type, new Drop()).addListener(made -> {
            if (made.isSuccess()) {
                then.accept((QuicStreamChannel) made.getNow());
            }
        });
    }

    /// Reads and forgets.
    private static final class Drop extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    /// Names and values in turn.
    static Http3Headers head(String method, String authority, String path, String... fields) {
        Http3Headers head = new DefaultHttp3Headers(false)
                .method(method)
                .scheme("https")
                .authority(authority)
                .path(path);
        for (int i = 0; i < fields.length; i += 2) {
            head.add(fields[i], fields[i + 1]);
        }
        return head;
    }

    Answer get(String authority, String path, String... fields) throws Exception {
        return ask(head("GET", authority, path, fields), null);
    }

    Answer ask(Http3Headers head, byte @Nullable [] body) throws Exception {
        return begin(head, body).awaitAnswer();
    }

    /// Sends a request, whole if it has a body or none is to come.
    Stream begin(Http3Headers head, byte @Nullable [] body) throws Exception {
        Stream stream = open();
        stream.channel.eventLoop().execute(() -> {
            boolean none = body == null || body.length == 0;
            stream.last.comes = none;
            stream.channel.write(new DefaultHttp3HeadersFrame(head));
            if (!none) {
                stream.last.comes = true;
                stream.channel.write(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(body)));
            }
            stream.channel.flush();
        });
        return stream;
    }

    Stream open() throws Exception {
        Stream stream = new Stream();
        stream.channel = Http3.newRequestStream(connection, stream).get(SECONDS, TimeUnit.SECONDS);
        stream.channel.pipeline().addFirst(stream.last);
        return stream;
    }

    private final class Watch extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof QuicConnectionCloseEvent close) {
                ending.complete(close.error());
            }
            context.fireUserEventTriggered(event);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            ending.complete(-1);
            context.fireChannelInactive();
        }
    }

    /// One request.
    static final class Stream extends Http3RequestStreamInboundHandler {
        private final Last last = new Last();
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private final List<Integer> interim = new ArrayList<>();
        private @Nullable Http3Headers fields;
        private Http3Headers trailers = new DefaultHttp3Headers();

        @SuppressWarnings("NullAway") // set before anybody sees the stream
        QuicStreamChannel channel;

        void send(byte[] piece) {
            channel.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(piece)));
        }

        void send(Http3Headers head) {
            channel.writeAndFlush(new DefaultHttp3HeadersFrame(head));
        }

        /// Sends trailers, and the request's end.
        void sendLast(Http3Headers trailers) {
            channel.writeAndFlush(new DefaultHttp3HeadersFrame(trailers))
                    .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        }

        /// Sends a piece and the request's end.
        void sendAll(byte[] piece) {
            channel.writeAndFlush(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(piece)))
                    .addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        }

        /// Bytes of the stream as they are.
        void raw(byte[] bytes) {
            channel.pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(bytes));
        }

        /// The same, and the request's end.
        void rawAll(byte[] bytes) {
            channel.pipeline()
                    .firstContext()
                    .writeAndFlush(new DefaultQuicStreamFrame(Unpooled.wrappedBuffer(bytes), true));
        }

        void read(boolean on) {
            channel.config().setAutoRead(on);
        }

        void stopSending(int code) {
            channel.shutdownInput(code);
        }

        void end() {
            channel.shutdownOutput();
        }

        void reset(int code) {
            channel.shutdown(code);
        }

        /// @throws Reset if the server has broken the stream off
        Answer awaitAnswer() throws Exception {
            try {
                return answer.get(SECONDS, TimeUnit.SECONDS);
            } catch (java.util.concurrent.ExecutionException e) {
                if (e.getCause() instanceof Reset reset) {
                    throw reset;
                }
                throw e;
            }
        }

        /// How many bytes of the body have come.
        synchronized int received() {
            return body.size();
        }

        @Override
        protected synchronized void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
            int status = frame.headers().status() == null
                    ? 0
                    : Integer.parseInt(frame.headers().status().toString());
            if (status >= 100 && status < 200) {
                interim.add(status);
            } else if (fields == null) {
                fields = frame.headers();
            } else {
                trailers = frame.headers();
            }
        }

        @Override
        protected synchronized void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
            byte[] piece = new byte[frame.content().readableBytes()];
            frame.content().readBytes(piece);
            frame.release();
            body.writeBytes(piece);
        }

        @Override
        protected synchronized void channelInputClosed(ChannelHandlerContext context) {
            Http3Headers known = fields;
            if (known == null) {
                answer.completeExceptionally(new IllegalStateException("no answer"));
            } else {
                answer.complete(new Answer(
                        Integer.parseInt(String.valueOf(known.status())),
                        known,
                        body.toByteArray(),
                        List.copyOf(interim),
                        trailers));
            }
        }

        @Override
        protected void handleQuicException(ChannelHandlerContext context, QuicException failure) {

            answer.completeExceptionally(
                    failure instanceof QuicStreamResetException reset
                            ? new Reset(reset.applicationProtocolCode())
                            : failure);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.completeExceptionally(new IllegalStateException("the stream is gone"));
        }
    }

    /// How the server has ended the connection: the code it gave, -1 if none.
    int ended() throws Exception {
        return ending.get(SECONDS, TimeUnit.SECONDS);
    }

    /// Sends the request's end together with what is written last, as clients do.
    private static final class Last extends ChannelOutboundHandlerAdapter {
        private volatile boolean comes;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            boolean end = comes && message instanceof ByteBuf;
            context.write(end ? new DefaultQuicStreamFrame((ByteBuf) message, true) : message, promise);
        }
    }

    /// Waits until the server has ended the connection.
    boolean isEnded() throws InterruptedException {
        return connection.closeFuture().await(SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        connection.close().awaitUninterruptibly(SECONDS, TimeUnit.SECONDS);
        stop();
    }

    private void stop() {
        socket.close().awaitUninterruptibly(SECONDS, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(SECONDS, TimeUnit.SECONDS);
    }
}
