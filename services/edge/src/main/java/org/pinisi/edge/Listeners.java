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
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Address;
import org.pinisi.http.Http3Gateway;
import org.pinisi.http.HttpException;
import org.pinisi.http.Loops;
import org.pinisi.http.TlsServer;

/// The open doors of the edge.
final class Listeners implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final long CLOSE_MILLIS = 5000;
    private static final int USUAL_PORT = 443;
    private static final List<String> PROTOCOLS = List.of("h2", "http/1.1");

    private final Loops loops;
    private final Proxy proxy;
    private final LoopStates states;
    private final EdgeTrust trust;
    private final @Nullable TlsServer tls;
    private final boolean quic;
    private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private volatile @Nullable Http3Gateway http3;
    private volatile List<Channel> doors = List.of();
    private volatile List<Address> addresses = List.of();
    private volatile List<Address> tlsAddresses = List.of();

    /// @param tls for the addresses with TLS; null if there are none
    /// @param quic whether HTTP/3 is spoken there too
    Listeners(Loops loops, Proxy proxy, LoopStates states, EdgeTrust trust, @Nullable TlsServer tls, boolean quic) {
        this.loops = loops;
        this.proxy = proxy;
        this.states = states;
        this.trust = trust;
        this.tls = tls;
        this.quic = quic;
    }

    /// Opens the doors for clients in clear, and those for clients with TLS.
    void open(List<Address> plain, List<Address> secure) {
        proxy.gate(this::gate);
        addresses = openAll(plain, this::plain);
        TlsServer server = tls;
        if (server != null) {
            tlsAddresses = openAll(secure, (channel, from, reached) -> secure(server, channel, from, reached));
            if (quic) {
                openHttp3(server);
            }
        }
    }

    private void openHttp3(TlsServer server) {
        if (!Http3Gateway.isAvailable()) {
            throw new EdgeException("http3: on (expected: off; the library for QUIC does not run on this machine)");
        }
        Http3Gateway gateway = proxy.http3(server);
        http3 = gateway;
        for (Address address : tlsAddresses) {
            if (address instanceof Address.Inet inet) {
                try {
                    gateway.open(loops, inet, new QuicArrivals(proxy, states, trust));
                } catch (HttpException taken) {
                    throw new EdgeException(taken.getMessage() + "; is another program there?", taken);
                }
            }
        }
    }

    private List<Address> openAll(List<Address> wanted, Entrance entrance) {
        List<Channel> opened = new ArrayList<>(doors);
        List<Address> real = new ArrayList<>();
        for (Address address : wanted) {
            Channel channel = open(address, entrance);
            opened.add(channel);
            real.add(realAddress(address, channel));
            doors = List.copyOf(opened);
        }
        return List.copyOf(real);
    }

    private void plain(Channel channel, SocketAddress from, SocketAddress reached) {
        channel.pipeline()
                .addLast(new ClientConnection(states.of(channel.eventLoop()), Client.of(trust, from, reached, null)));
    }

    private void secure(TlsServer server, Channel channel, SocketAddress from, SocketAddress reached) {
        TlsArrival arrival = new TlsArrival(states.of(channel.eventLoop()), trust, from, reached);
        server.install(channel, PROTOCOLS, arrival, reached);
    }

    private void arrive(Channel channel, Entrance entrance) {
        clients.add(channel);
        SocketAddress from = channel.remoteAddress();
        if (trust.speaksProxyProtocol(Client.inetAddress(from))) {
            ProxyLineReader.install(channel, proxy, entrance);
        } else {
            entrance.enter(channel, from, channel.localAddress());
        }
    }

    private Channel open(Address address, Entrance entrance) {
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
                        arrive(channel, entrance);
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

    /// The port of the first listener for TLS, the usual one if it is among them; 0 if there is none.
    int securePort() {
        int first = 0;
        for (Address address : tlsAddresses) {
            if (address instanceof Address.Inet(String _, int port)) {
                first = first == 0 || port == USUAL_PORT ? port : first;
            }
        }
        return first;
    }

    List<Address> tlsAddresses() {
        return tlsAddresses;
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

    /// Ends what clients have over QUIC.
    void closeHttp3() {
        Http3Gateway gateway = http3;
        if (gateway != null) {
            gateway.close();
        }
    }

    void closeClients() {
        clients.close().awaitUninterruptibly(CLOSE_MILLIS);
    }
}
