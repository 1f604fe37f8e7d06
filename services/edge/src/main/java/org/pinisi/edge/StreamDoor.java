package org.pinisi.edge;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;
import org.pinisi.http.Http2Gateway;
import org.pinisi.http.LoopStream;
import org.pinisi.http.StreamAcceptor;

/// A client's connection of HTTP/2 or HTTP/3: makes an exchange of each of its requests. On its event loop.
final class StreamDoor implements StreamAcceptor {
    private static final int MOST_KEPT = 128;

    private final LoopState loop;
    private final Client client;
    private final int version;
    private final ByteBufAllocator allocator;
    private final List<StreamExchange> unflushed = new ArrayList<>();
    private final ArrayDeque<Account> accounts = new ArrayDeque<>();

    private StreamDoor(LoopState loop, Client client, int version, Channel channel) {
        this.loop = loop;
        this.client = client;
        this.version = version;
        this.allocator = channel.alloc();
    }

    /// The handler for a channel whose client speaks HTTP/2 from its next byte on.
    static ChannelInboundHandler open(LoopState loop, Client client, Channel channel) {
        Http2Gateway gateway = loop.proxy().http2(client.tls() != null);
        return gateway.serve(channel, new StreamDoor(loop, client, RouteTally.HTTP_2, channel));
    }

    /// For a connection of HTTP/3 whose handshake is done.
    static StreamDoor overQuic(LoopState loop, Client client, Channel channel) {
        return new StreamDoor(loop, client, RouteTally.HTTP_3, channel);
    }

    /// Such as [RouteTally#HTTP_2].
    int version() {
        return version;
    }

    @Override
    public void opened() {
        loop.proxy().clientOpened();
        if (client.tls() != null) {
            // One in clear was counted before it was known what it speaks.
            loop.tally().accepted();
        }
    }

    @Override
    public void accept(LoopStream stream, Head head, boolean end) {
        Account known = accounts.pollLast();
        Account account = known == null ? new Account(loop) : known;
        StreamExchange exchange = new StreamExchange(this, stream, head, client.asking(head), account);
        stream.listen(exchange);
        exchange.begin(end);
    }

    @Override
    public void readAll() {
        for (StreamExchange exchange : unflushed) {
            exchange.flushUpstream();
        }
        unflushed.clear();
    }

    @Override
    public void closed() {
        unflushed.clear();
        loop.proxy().clientClosed();
    }

    LoopState loop() {
        return loop;
    }

    ByteBufAllocator allocator() {
        return allocator;
    }

    /// Has the exchange flush what it wrote for its upstream, when all that has come at once is read.
    void flushLater(StreamExchange exchange) {
        unflushed.add(exchange);
    }

    /// The exchange that used the account is over.
    void keep(@Nullable Account account) {
        if (account != null && accounts.size() < MOST_KEPT) {
            accounts.addLast(account);
        }
    }
}
