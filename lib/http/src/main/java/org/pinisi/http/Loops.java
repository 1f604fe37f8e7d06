package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Owns a group of event loops and the choice of transport: epoll where its native library loads, else NIO.
/// Give the same object to every server that shall share the threads; whoever created it closes it, after
/// those servers.
///
/// Thread-safe. Nothing that blocks may run on these threads.
public final class Loops implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int PAGE_BYTES = 8 << 10;
    /// Chunks of 4 MiB.
    private static final int CHUNK_ORDER = 9;
    /// What the kernel keeps for a client on this machine, to whom there is no way that should be filled: so
    /// much stays in the processor's caches.
    private static final int LOCAL_SEND_BYTES = 256 << 10;

    private final EventLoopGroup group;
    private final ByteBufAllocator allocator;
    private final boolean epoll;
    private final int threads;

    private Loops(String name, int threads, boolean epoll) {
        requireNonNull(name, "name");
        if (threads < 1 || threads > 1024) {
            throw new IllegalArgumentException("threads: " + threads + " (expected: 1 to 1024)");
        }
        DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
        this.group = new MultiThreadIoEventLoopGroup(
                threads, factory, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        // One arena a loop. Netty's newer adaptive allocator gets fresh, zeroed memory for each large piece.
        this.allocator = new PooledByteBufAllocator(
                true,
                1,
                threads,
                PAGE_BYTES,
                CHUNK_ORDER,
                PooledByteBufAllocator.defaultSmallCacheSize(),
                PooledByteBufAllocator.defaultNormalCacheSize(),
                false);
        this.epoll = epoll;
        this.threads = threads;
    }

    /// Loops on the best transport of this machine; the threads are daemons named `name-…`.
    public static Loops create(String name, int threads) {
        return new Loops(name, threads, Epoll.isAvailable());
    }

    /// Loops on the portable transport, whatever the machine offers.
    public static Loops portable(String name, int threads) {
        return new Loops(name, threads, false);
    }

    public EventLoopGroup group() {
        return group;
    }

    /// Memory for the channels of these loops, from a pool with one arena a loop.
    public ByteBufAllocator allocator() {
        return allocator;
    }

    /// Settings for a channel whose client has just connected: memory from the pool of these loops, and a small
    /// buffer in the kernel if the client is on this machine.
    public void tune(Channel accepted) {
        accepted.config().setAllocator(allocator);
        if (accepted.remoteAddress() instanceof InetSocketAddress client
                && client.getAddress().isLoopbackAddress()) {
            accepted.config().setOption(ChannelOption.SO_SNDBUF, LOCAL_SEND_BYTES);
        }
    }

    public int threads() {
        return threads;
    }

    /// `epoll` or `nio`.
    public String transport() {
        return epoll ? "epoll" : "nio";
    }

    /// The class of listening channels for this kind of address.
    public Class<? extends ServerChannel> serverChannel(Address address) {
        return switch (address) {
            case Address.Inet _ -> epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
            case Address.Unix _ -> epoll ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
        };
    }

    /// The class of connecting channels for this kind of address.
    public Class<? extends Channel> clientChannel(Address address) {
        return switch (address) {
            case Address.Inet _ -> epoll ? EpollSocketChannel.class : NioSocketChannel.class;
            case Address.Unix _ -> epoll ? EpollDomainSocketChannel.class : NioDomainSocketChannel.class;
        };
    }

    /// The class of channels for datagrams.
    public Class<? extends DatagramChannel> datagramChannel() {
        return epoll ? EpollDatagramChannel.class : NioDatagramChannel.class;
    }

    /// Whether this is epoll: then several loops may have sockets at the same port, among which the kernel spreads
    /// what comes, and it may be able to cut datagrams out of large writes.
    boolean isEpoll() {
        return epoll;
    }

    /// The address in the form that these channels take. A host name is left unresolved.
    public SocketAddress socketAddress(Address address) {
        return switch (address) {
            case Address.Inet(String host, int port) ->
                host.isEmpty() ? new InetSocketAddress(port) : InetSocketAddress.createUnresolved(host, port);
            case Address.Unix(Path path) ->
                epoll ? new DomainSocketAddress(path.toFile()) : UnixDomainSocketAddress.of(path);
        };
    }

    /// Stops the threads and waits for them, for at most five seconds.
    @Override
    public void close() {
        group.shutdownGracefully(0, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(PATIENCE.toMillis() * 2, TimeUnit.MILLISECONDS);
    }
}
