package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 server (RFC 9110, RFC 9112) on a TCP or unix domain socket. Made by [#builder(Address,
/// Handler, Loops)]; running from `start()` to `close()`. Thread-safe.
///
/// Requests of one connection are answered in order, one at a time; requests of different connections
/// at the same time, each on a virtual thread. A client that closes its side of the connection counts
/// as gone: the handler's thread is interrupted. Slow and greedy clients meet the bounds of [HttpLimits].
public final class HttpServer implements AutoCloseable {
    private static final Duration DRAIN = Duration.ofSeconds(5);
    private static final Duration ABORT = Duration.ofSeconds(5);

    private final Channel listener;
    private final Address address;
    private final ServerCore core;

    private HttpServer(Channel listener, Address address, ServerCore core) {
        this.listener = listener;
        this.address = address;
        this.core = core;
    }

    /// A server for this address and handler, with default limits. The loops stay the caller's.
    public static Builder builder(Address address, Handler handler, Loops loops) {
        return new Builder(address, handler, loops);
    }

    /// Where the server listens; for TCP with the port that it really got.
    public Address address() {
        return address;
    }

    /// How many connections are open now.
    public int connections() {
        return core.connections();
    }

    /// Stops, giving the requests in progress five seconds.
    @Override
    public void close() {
        close(DRAIN);
    }

    /// Stops: takes no new connections, closes idle ones at once and the others after their present answer,
    /// cuts those that are not done after `drain`. Returns when every connection is closed and every
    /// handler has returned; handlers that ignore interruption are left behind after another five seconds.
    public void close(Duration drain) {
        listener.close().awaitUninterruptibly(ABORT.toMillis());
        core.drain();
        boolean empty = await(drain);
        if (!empty) {
            core.abort();
            await(ABORT);
        }
        if (address instanceof Address.Unix(Path path)) {
            delete(path);
        }
    }

    private boolean await(Duration patience) {
        try {
            return core.awaitEmpty(patience);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new HttpException(500, "cannot delete the socket " + path + ": " + e.getMessage(), e);
        }
    }

    /// Collects what a server needs. Not thread-safe.
    public static final class Builder {
        private final Address address;
        private final Handler handler;
        private final Loops loops;
        private HttpLimits limits = HttpLimits.defaults();
        private Http2Limits http2Limits = Http2Limits.defaults();
        private boolean http2;
        private @Nullable TlsServer tls;
        private InstantSource clock = InstantSource.system();
        private Duration heartbeat = Duration.ofSeconds(15);
        private String name = "http";
        private @Nullable FastPath fastPath;
        private Consumer<Channel> prepare = _ -> {};

        private Builder(Address address, Handler handler, Loops loops) {
            this.address = requireNonNull(address, "address");
            this.handler = requireNonNull(handler, "handler");
            this.loops = requireNonNull(loops, "loops");
        }

        public Builder limits(HttpLimits newLimits) {
            limits = requireNonNull(newLimits, "limits");
            return this;
        }

        /// Limits of HTTP/2 connections, beside those of all connections.
        public Builder http2Limits(Http2Limits newLimits) {
            http2Limits = requireNonNull(newLimits, "http2Limits");
            return this;
        }

        /// Speaks TLS, on every connection. Whoever made it closes it after the server.
        public Builder tls(TlsServer newTls) {
            tls = requireNonNull(newTls, "tls");
            return this;
        }

        /// Whether HTTP/2 is spoken too: over TLS with clients that choose it (ALPN), else with those that
        /// begin with it (prior knowledge). Off by default.
        public Builder http2(boolean newHttp2) {
            http2 = newHttp2;
            return this;
        }

        /// Where the Date field's time comes from.
        public Builder clock(InstantSource newClock) {
            clock = requireNonNull(newClock, "clock");
            return this;
        }

        /// The server's name in the names of its threads.
        public Builder name(String newName) {
            name = requireNonNull(newName, "name");
            return this;
        }

        /// After how much silence a stream of events gets a comment; 15 s by default.
        public Builder heartbeat(Duration newHeartbeat) {
            heartbeat = requireNonNull(newHeartbeat, "heartbeat");
            return this;
        }

        /// Sees each request without a body first, on the event loop.
        public Builder fastPath(FastPath newFastPath) {
            fastPath = requireNonNull(newFastPath, "fastPath");
            return this;
        }

        /// Runs on each new channel before our own handlers are added, to put others in front of them.
        public Builder prepare(Consumer<Channel> newPrepare) {
            prepare = requireNonNull(newPrepare, "prepare");
            return this;
        }

        /// Binds and serves. A unix socket's file that nobody listens on any more is replaced; who may
        /// connect is decided by the permissions of its folder.
        ///
        /// @throws HttpException 500 if the address cannot be bound
        public HttpServer start() {
            ServerCore.Protocols protocols = new ServerCore.Protocols(tls != null, http2);
            ServerCore core = new ServerCore(
                    name, handler, fastPath, limits, http2Limits, protocols, new HttpDate(clock), heartbeat);
            if (address instanceof Address.Unix(Path path)) {
                removeStale(path);
            }
            ServerBootstrap bootstrap = new ServerBootstrap()
                    .group(loops.group())
                    .channel(loops.serverChannel(address))
                    .childHandler(initializer(core));
            if (address instanceof Address.Inet) {
                bootstrap.option(ChannelOption.SO_REUSEADDR, true);
                bootstrap.option(ChannelOption.SO_BACKLOG, 1024);
                bootstrap.childOption(ChannelOption.TCP_NODELAY, true);
            }
            ChannelFuture bound = bootstrap.bind(resolved()).awaitUninterruptibly();
            if (!bound.isSuccess()) {
                throw new HttpException(
                        500,
                        "cannot listen on " + address + ": " + bound.cause().getMessage(),
                        bound.cause());
            }
            return new HttpServer(bound.channel(), actual(bound.channel()), core);
        }

        private SocketAddress resolved() {
            return address instanceof Address.Inet(String host, int port) && !host.isEmpty()
                    ? new InetSocketAddress(host, port)
                    : loops.socketAddress(address);
        }

        private Address actual(Channel channel) {
            return address instanceof Address.Inet(String host, int _)
                            && channel.localAddress() instanceof InetSocketAddress local
                    ? new Address.Inet(host, local.getPort())
                    : address;
        }

        private ChannelInitializer<Channel> initializer(ServerCore core) {
            Consumer<Channel> before = prepare;
            TlsServer over = tls;
            boolean detect = http2;
            Loops tuning = loops;
            return new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                    tuning.tune(channel);
                    before.accept(channel);
                    if (over != null) {
                        over.install(channel, core.protocols().names(), new ServerTls(core, channel), null);
                    } else {
                        channel.pipeline()
                                .addLast(detect ? new PrefaceDetector(core) : new ServerConnection(core, channel));
                    }
                }
            };
        }

        private static void removeStale(Path path) {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(path)) {
                throw new HttpException(
                        500, "cannot listen on unix:" + path + ": there is something else of that name");
            }
            try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                probe.connect(UnixDomainSocketAddress.of(path));
            } catch (IOException _) {
                delete(path);
                return;
            }
            throw new HttpException(
                    500, "another program listens on unix:" + path + " already; stop it or choose another path");
        }
    }
}
