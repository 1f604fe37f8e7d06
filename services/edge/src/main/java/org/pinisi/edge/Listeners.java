package org.pinisi.edge;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.pinisi.http.Address;
import org.pinisi.http.Loops;

/// The open doors of the edge.
final class Listeners implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final long CLOSE_MILLIS = 5000;

    private final Loops loops;
    private final Proxy proxy;
    private final LoopStates states;
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private volatile List<Channel> doors = List.of();
    private volatile List<Address> addresses = List.of();

    Listeners(Loops loops, Proxy proxy, LoopStates states) {
        this.loops = loops;
        this.proxy = proxy;
        this.states = states;
    }

    void open(List<Address> wanted) {
        List<Channel> opened = new ArrayList<>();
        List<Address> real = new ArrayList<>();
        proxy.gate(this::gate);
        for (Address address : wanted) {
            Channel channel = open(address);
            opened.add(channel);
            real.add(realAddress(address, channel));
            doors = List.copyOf(opened);
        }
        addresses = List.copyOf(real);
    }

    private Channel open(Address address) {
        if (address instanceof Address.Unix unix) {
            try {
                Files.deleteIfExists(unix.path());
            } catch (IOException failure) {
                throw new EdgeException("cannot listen on " + address + ": " + failure, failure);
            }
        }
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel(address))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        loops.tune(channel);
                        clients.add(channel);
                        channel.pipeline().addLast(new ClientConnection(states.of(channel.eventLoop())));
                    }
                });
        if (address instanceof Address.Inet) {
            bootstrap.option(ChannelOption.SO_REUSEADDR, true).childOption(ChannelOption.TCP_NODELAY, true);
        }
        ChannelFuture bound = bootstrap.bind(socketAddress(address)).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new EdgeException(
                    "cannot listen on " + address + ": " + bound.cause().getMessage()
                            + "; is another program there, or does the port need a privilege?",
                    bound.cause());
        }
        return bound.channel();
    }

    private SocketAddress socketAddress(Address address) {
        return address instanceof Address.Inet(String host, int port) && !host.isEmpty()
                ? new InetSocketAddress(host, port)
                : loops.socketAddress(address);
    }

    private static Address realAddress(Address wanted, Channel channel) {
        if (wanted instanceof Address.Inet(String host, int _)
                && channel.localAddress() instanceof InetSocketAddress local) {
            return new Address.Inet(host, local.getPort());
        }
        return wanted;
    }

    List<Address> addresses() {
        return addresses;
    }

    private void gate() {
        boolean open = !proxy.isFull();
        for (Channel door : doors) {
            door.config().setAutoRead(open);
        }
    }

    /// Shuts the doors; those who are in may stay.
    @Override
    public void close() {
        for (Channel door : doors) {
            door.close().awaitUninterruptibly(CLOSE_MILLIS);
        }
    }

    void closeClients() {
        clients.close().awaitUninterruptibly(CLOSE_MILLIS);
    }
}
