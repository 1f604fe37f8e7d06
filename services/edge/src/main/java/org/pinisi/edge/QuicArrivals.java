package org.pinisi.edge;

import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import org.pinisi.http.Http3Gateway;
import org.pinisi.http.StreamAcceptor;
import org.pinisi.http.TlsFacts;
import org.pinisi.http.TlsFailure;

/// Clients that come over QUIC, from their handshake on. One that uses the edge counts as one of its clients.
final class QuicArrivals implements Http3Gateway.Arrivals {
    private final Proxy proxy;
    private final LoopStates states;
    private final EdgeTrust trust;

    QuicArrivals(Proxy proxy, LoopStates states, EdgeTrust trust) {
        this.proxy = proxy;
        this.states = states;
        this.trust = trust;
    }

    @Override
    public boolean isFull() {
        return proxy.isFull() || proxy.isStopping();
    }

    @Override
    public StreamAcceptor secured(Channel channel, TlsFacts facts, InetSocketAddress from, InetSocketAddress reached) {
        LoopState loop = states.of(channel.eventLoop());
        loop.tally().secured(facts.version());
        return StreamDoor.overQuic(loop, Client.of(trust, from, reached, facts), channel);
    }

    @Override
    public void failed(Channel channel, TlsFailure failure) {
        states.of(channel.eventLoop()).tally().unsecured(failure);
    }
}
