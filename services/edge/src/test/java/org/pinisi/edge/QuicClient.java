package org.pinisi.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
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
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicException;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.pinisi.http.Address;

/// A client of HTTP/3 for tests: one connection. Blocks; takes any certificate.
@SuppressWarnings("FutureReturnValueIgnored") // what fails to leave brings no answer
final class QuicClient implements AutoCloseable {
    private static final long SECONDS = 20;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final String name;
    private final Channel socket;
    private final QuicChannel connection;

    /// What came back.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Answer(int status, Http3Headers fields, byte[] body, Optional<Http3Headers> trailers) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        Optional<String> field(String field) {
            return Optional.ofNullable(fields.get(field)).map(CharSequence::toString);
        }
    }

    /// Connects to the port of this address over UDP, for a server of this name.
    ///
    /// @throws IOException if there is no connection
    QuicClient(Address address, String name) throws IOException, InterruptedException {
        this.name = name;
        int port = ((Address.Inet) address).port();
        QuicSslContext tls = QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .applicationProtocols(Http3.supportedApplicationProtocols())
                .build();
        socket = new Bootstrap()
                .group(group)
                .channel(NioDatagramChannel.class)
                .handler(Http3.newQuicClientCodecBuilder()
                        .sslEngineProvider(channel -> tls.newEngine(channel.alloc(), name, port))
                        .maxIdleTimeout(SECONDS, TimeUnit.SECONDS)
                        .initialMaxData(10_000_000)
                        .initialMaxStreamDataBidirectionalLocal(1_000_000)
                        .build())
                .bind(0)
                .sync()
                .channel();
        connection = connect(port);
    }

    private QuicChannel connect(int port) throws IOException, InterruptedException {
        try {
            return QuicChannel.newBootstrap(socket)
                    .handler(new Http3ClientConnectionHandler())
                    .remoteAddress(new InetSocketAddress("127.0.0.1", port))
                    .connect()
                    .get(SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | java.util.concurrent.TimeoutException failure) {
            stop();
            throw new IOException("no connection: " + failure, failure);
        }
    }

    Answer get(String path) throws Exception {
        return ask("GET", path, new byte[0]).get(SECONDS, TimeUnit.SECONDS);
    }

    Answer post(String path, byte[] body) throws Exception {
        return ask("POST", path, body).get(SECONDS, TimeUnit.SECONDS);
    }

    CompletableFuture<Answer> ask(String method, String path, byte[] body, String... fields) throws Exception {
        return ask(name, method, path, body, fields);
    }

    CompletableFuture<Answer> ask(String host, String method, String path, byte[] body, String... fields)
            throws Exception {
        Http3Headers head = new DefaultHttp3Headers(false)
                .method(AsciiString.of(method))
                .scheme("https")
                .authority(host)
                .path(path);
        for (int i = 0; i < fields.length; i += 2) {
            head.add(fields[i], fields[i + 1]);
        }
        Stream stream = new Stream();
        QuicStreamChannel channel = Http3.newRequestStream(connection, stream).get(SECONDS, TimeUnit.SECONDS);
        ChannelFuture last = channel.write(new DefaultHttp3HeadersFrame(head));
        if (body.length > 0) {
            last = channel.write(new DefaultHttp3DataFrame(Unpooled.wrappedBuffer(body)));
        }
        // What is not written when the output is shut down is lost.
        last.addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        channel.flush();
        return stream.answer;
    }

    private static final class Stream extends Http3RequestStreamInboundHandler {
        private final CompletableFuture<Answer> answer = new CompletableFuture<>();
        private final ByteArrayOutputStream body = new ByteArrayOutputStream();
        private Optional<Http3Headers> fields = Optional.empty();
        private Optional<Http3Headers> trailers = Optional.empty();

        @Override
        protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
            if (fields.isPresent()) {
                trailers = Optional.of(frame.headers());
            } else {
                fields = Optional.of(frame.headers());
            }
        }

        @Override
        protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
            byte[] piece = new byte[frame.content().readableBytes()];
            frame.content().readBytes(piece);
            frame.release();
            body.writeBytes(piece);
        }

        @Override
        protected void channelInputClosed(ChannelHandlerContext context) {
            fields.ifPresentOrElse(
                    known -> answer.complete(new Answer(
                            Integer.parseInt(String.valueOf(known.status())), known, body.toByteArray(), trailers)),
                    () -> answer.completeExceptionally(new IOException("no answer")));
        }

        @Override
        protected void handleQuicException(ChannelHandlerContext context, QuicException failure) {
            answer.completeExceptionally(failure);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.completeExceptionally(new IOException("the stream is gone"));
        }
    }

    /// Goes away without waiting for anything.
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
