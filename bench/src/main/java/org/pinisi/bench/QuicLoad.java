package org.pinisi.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3;
import io.netty.handler.codec.http3.Http3ClientConnectionHandler;
import io.netty.handler.codec.http3.Http3DataFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.http3.Http3HeadersFrame;
import io.netty.handler.codec.http3.Http3RequestStreamInboundHandler;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.pinisi.http.Loops;

/// The load of the rows of HTTP/3, a process of its own: connections that each keep so many requests under way,
/// each of which must be answered by 200 and a body of the right length.
///
/// `QuicLoad PORT PATH CONNECTIONS STREAMS WARM MILLIS BODY` prints one line of figures, after as many milliseconds
/// of warming that it does not count.
@SuppressWarnings("FutureReturnValueIgnored") // what fails ends the run by its deadline
final class QuicLoad {
    private static final long LONGEST_SECONDS = 60;
    private static final int MOST_TIMES = 1 << 21;
    private static final int WINDOW = 16 << 20;
    private static final int STREAM_WINDOW = 2 << 20;

    private final AsciiString path;
    private final AsciiString authority;
    private final int body;
    private final int[] micros = new int[MOST_TIMES];
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private long warmed;
    private long requests;
    private long bytes;
    private long begun;
    private boolean over;

    private QuicLoad(int port, String path, int body) {
        this.path = AsciiString.of(path);
        this.authority = AsciiString.of(EdgeLoad.HOST + ":" + port);
        this.body = body;
    }

    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[0]);
        QuicLoad load = new QuicLoad(port, arguments[1], Integer.parseInt(arguments[6]));
        Loops loops = Loops.create("load", 1);
        try (loops) {
            load.run(
                    loops,
                    port,
                    Integer.parseInt(arguments[2]),
                    Integer.parseInt(arguments[3]),
                    Long.parseLong(arguments[4]),
                    Long.parseLong(arguments[5]));
        }
    }

    private void run(Loops loops, int port, int connections, int streams, long warm, long millis) throws Exception {
        EventLoop loop = (EventLoop) loops.group().iterator().next();
        QuicSslContext tls = QuicSslContextBuilder.forClient()
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .applicationProtocols(Http3.supportedApplicationProtocols())
                .build();
        Client[] clients = new Client[connections];
        for (int i = 0; i < connections; i++) {
            clients[i] = new Client(connect(loops, loop, tls, port));
        }
        loop.submit(() -> {
                    Arrays.stream(clients).forEach(client -> client.ask(streams));
                    loop.schedule(() -> begin(), warm, TimeUnit.MILLISECONDS);
                    loop.schedule(() -> finish(), warm + millis, TimeUnit.MILLISECONDS);
                })
                .sync();
        end.get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    private static QuicChannel connect(Loops loops, EventLoop loop, QuicSslContext tls, int port) throws Exception {
        Channel socket = new Bootstrap()
                .group(loop)
                .channel(loops.datagramChannel())
                .handler(Http3.newQuicClientCodecBuilder()
                        .sslEngineProvider(channel -> tls.newEngine(channel.alloc(), EdgeLoad.HOST, port))
                        .maxIdleTimeout(LONGEST_SECONDS, TimeUnit.SECONDS)
                        .initialMaxData(WINDOW)
                        .initialMaxStreamDataBidirectionalLocal(STREAM_WINDOW)
                        .build())
                .bind(0)
                .sync()
                .channel();
        return QuicChannel.newBootstrap(socket)
                .handler(new ChannelInitializer<QuicChannel>() {
                    @Override
                    protected void initChannel(QuicChannel channel) {
                        channel.pipeline().addLast(new Http3ClientConnectionHandler());
                    }
                })
                .remoteAddress(new InetSocketAddress("127.0.0.1", port))
                .connect()
                .get(LONGEST_SECONDS, TimeUnit.SECONDS);
    }

    private void begin() {
        begun = System.nanoTime();
        warmed = requests;
        requests = 0;
        bytes = 0;
    }

    private void finish() {
        over = true;
        double seconds = (System.nanoTime() - begun) / 1e9;
        int counted = (int) Math.min(requests, MOST_TIMES);
        Arrays.sort(micros, 0, counted);
        System.out.printf(
                Locale.ROOT,
                "all=%d requests=%d seconds=%.4f bytes=%d p50=%d p99=%d%n",
                warmed + requests,
                requests,
                seconds,
                bytes,
                micros[counted / 2],
                micros[(int) (counted * 0.99)]);
        end.complete(null);
    }

    private void fail(String reason) {
        over = true;
        end.completeExceptionally(new BenchException(reason));
    }

    /// A connection. On the loop.
    private final class Client {
        private final QuicChannel connection;
        private int owed;
        private boolean waiting;

        Client(QuicChannel connection) {
            this.connection = connection;
        }

        /// Opens no more than the server allows: Netty never gets over having tried.
        void ask(int count) {
            owed += count;
            while (owed > 0 && connection.peerAllowedStreams(QuicStreamType.BIDIRECTIONAL) > 0) {
                owed--;
                Stream stream = new Stream(this);
                Http3.newRequestStream(connection, stream).addListener(made -> {
                    if (made.isSuccess()) {
                        stream.send((QuicStreamChannel) made.getNow());
                    } else {
                        fail("no stream: " + made.cause());
                    }
                });
            }
            if (owed > 0 && !waiting) {
                waiting = true;
                connection.eventLoop().schedule(this::askAgain, 1, TimeUnit.MILLISECONDS);
            }
        }

        private void askAgain() {
            waiting = false;
            ask(0);
        }
    }

    private final class Stream extends Http3RequestStreamInboundHandler {
        private final Client client;
        private long sent;
        private long received;
        private boolean right;

        Stream(Client client) {
            this.client = client;
        }

        void send(QuicStreamChannel channel) {
            sent = System.nanoTime();
            Http3Headers head = new DefaultHttp3Headers(false)
                    .method(AsciiString.of("GET"))
                    .scheme(AsciiString.of("https"))
                    .authority(authority)
                    .path(path);
            channel.writeAndFlush(new DefaultHttp3HeadersFrame(head)).addListener(QuicStreamChannel.SHUTDOWN_OUTPUT);
        }

        @Override
        protected void channelRead(ChannelHandlerContext context, Http3HeadersFrame frame) {
            right = "200".contentEquals(String.valueOf(frame.headers().status()));
        }

        @Override
        protected void channelRead(ChannelHandlerContext context, Http3DataFrame frame) {
            received += frame.content().readableBytes();
            bytes += frame.content().readableBytes();
            frame.release();
        }

        @Override
        protected void channelInputClosed(ChannelHandlerContext context) {
            if (over) {
                return;
            }
            if (!right || received != body) {
                fail("wrong answer: " + received + " bytes, status 200: " + right);
                return;
            }
            if (requests < MOST_TIMES) {
                micros[(int) requests] = (int) ((System.nanoTime() - sent) / 1000);
            }
            requests++;
            client.ask(1);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (!over) {
                fail("an answer broke off: " + cause);
            }
        }
    }
}
