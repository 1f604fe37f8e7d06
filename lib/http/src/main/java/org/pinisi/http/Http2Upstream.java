package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

/// A proxy's connection to an upstream that speaks HTTP/2, shared by many requests of one event
/// loop, whose thread alone may call.
public final class Http2Upstream {
    private final Http2LoopClient client;

    /// What a request is.
    public enum Kind {
        /// Nothing follows the head.
        WHOLE,
        BODY_FOLLOWS,
        /// It asks for an upgrade, and becomes an extended CONNECT (RFC 8441).
        TUNNEL
    }

    /// Who has opened the connection. On its event loop.
    public interface Owner {
        /// The upstream has said how many streams it takes: the connection can be used.
        void ready();

        /// All that has come at once was given out.
        void readAll();

        /// A stream has ended, so that there may be room for another one.
        void streamEnded();

        /// The upstream takes no more streams here; those under way may end.
        void draining();

        /// The connection is gone, with all its streams.
        void closed();
    }

    Http2Upstream(Http2LoopClient client) {
        this.client = client;
    }

    /// To be put into the channel's pipeline, once.
    public ChannelHandler handler() {
        return client;
    }

    /// How many streams are open.
    public int streams() {
        return client.connection().numActiveStreams();
    }

    /// Whether another stream can be opened now.
    public boolean hasRoom() {
        return client.hasRoom();
    }

    /// Whether the upstream takes no more streams on this connection.
    public boolean isDraining() {
        return client.isDraining();
    }

    /// Whether the upstream offers extended CONNECT (RFC 8441).
    public boolean offersTunnels() {
        return client.offersTunnels();
    }

    /// Sends a request's head, as HTTP/1.1 writes it. Null if there is no room. Takes over the text.
    public @Nullable LoopStream open(ByteBuf text, Kind kind, LoopStream.Listener listener) {
        return client.open(text, kind, listener);
    }

    /// Asks whether the upstream still lives.
    ///
    /// @return whether the last question was answered; if not, nothing is asked
    public boolean ping() {
        return client.ping();
    }

    /// When something of the upstream came last, as `System.nanoTime`.
    public long lastRead() {
        return client.lastRead();
    }

    /// Says goodbye and closes.
    public void close() {
        client.leave();
    }
}
