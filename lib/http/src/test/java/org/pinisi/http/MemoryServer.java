package org.pinisi.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.local.LocalIoHandler;
import io.netty.channel.local.LocalServerChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The pipeline of a server's connections in memory, where each write arrives as it was made.
@SuppressWarnings("FutureReturnValueIgnored") // what fails here shows in what does not arrive
final class MemoryServer implements AutoCloseable {
    private static final int PATIENCE = 20;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, LocalIoHandler.newFactory());
    private final LocalAddress address = new LocalAddress(MemoryServer.class);

    private MemoryServer() {}

    /// Nothing listens.
    static MemoryServer none() {
        return new MemoryServer();
    }

    static MemoryServer start(Handler handler, HttpLimits limits) {
        ServerCore core = new ServerCore(
                "memory",
                handler,
                null,
                limits,
                Http2Limits.defaults(),
                new ServerCore.Protocols(false, false),
                new HttpDate(InstantSource.system()),
                Duration.ofSeconds(15));
        MemoryServer server = new MemoryServer();
        new ServerBootstrap()
                .group(server.group)
                .channel(LocalServerChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new ServerConnection(core, channel));
                    }
                })
                .bind(server.address)
                .syncUninterruptibly();
        return server;
    }

    /// Sends the text in fragments of this size and returns all that comes until the server closes.
    String talk(String text, int fragment) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Channel channel = new Bootstrap()
                .group(group)
                .channel(LocalChannel.class)
                .handler(new Collector(answer))
                .connect(address)
                .syncUninterruptibly()
                .channel();
        ByteBuf all = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        channel.eventLoop().execute(() -> {
            while (all.isReadable()) {
                channel.write(all.readRetainedSlice(Math.min(fragment, all.readableBytes())));
            }
            channel.flush();
            all.release();
        });
        return answer.get(PATIENCE, TimeUnit.SECONDS);
    }

    private static final class Collector extends ChannelInboundHandlerAdapter {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> answer;

        Collector(CompletableFuture<String> answer) {
            this.answer = answer;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            text.append(bytes.toString(StandardCharsets.ISO_8859_1));
            bytes.release();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.complete(text.toString());
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, PATIENCE, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
