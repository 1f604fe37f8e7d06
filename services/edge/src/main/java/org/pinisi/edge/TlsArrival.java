package org.pinisi.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.TlsFacts;
import org.pinisi.http.TlsFailure;
import org.pinisi.http.TlsListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client from its connection to the end of its handshake. Counts as one of the edge's clients.
final class TlsArrival implements TlsListener {
    private static final Logger log = LoggerFactory.getLogger(TlsArrival.class);

    private final LoopState loop;
    private final EdgeTrust trust;
    private final SocketAddress from;
    private final SocketAddress reached;

    /// @param from who connects, and `reached` to which address: the channel's, or what a PROXY line said
    TlsArrival(LoopState loop, EdgeTrust trust, SocketAddress from, SocketAddress reached) {
        this.loop = loop;
        this.trust = trust;
        this.from = from;
        this.reached = reached;
    }

    @Override
    public boolean opened(Channel channel) {
        loop.proxy().clientOpened();
        return true;
    }

    @Override
    public @Nullable ChannelHandler diverted(Channel channel, String serverName) {
        byte[] name = serverName.getBytes(StandardCharsets.ISO_8859_1);
        RouteEntry entry = loop.proxy().routes().table().find(name, 0, name.length);
        return entry != null && entry.route().target() instanceof Target.Passthrough target
                ? new Passthrough(loop, entry, target, from, reached).handler()
                : null;
    }

    @Override
    public ChannelHandler secured(Channel channel, TlsFacts facts) {
        loop.tally().secured(facts.version());
        Client client = Client.of(trust, from, reached, facts);
        return "h2".equals(facts.applicationProtocol())
                ? StreamDoor.open(loop, client, channel)
                : new ClientConnection(loop, client);
    }

    @Override
    public void failed(Channel channel, TlsFailure failure) {
        loop.tally().unsecured(failure);
        if (failure == TlsFailure.CERTIFICATE) {
            log.error("event=certificate-unusable advice=\"the engine takes neither the chain nor the key\"");
        }
    }

    @Override
    public void left(Channel channel) {
        loop.proxy().clientClosed();
    }
}
