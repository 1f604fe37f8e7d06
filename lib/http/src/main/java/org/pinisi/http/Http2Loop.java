package org.pinisi.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Stream;
import org.jspecify.annotations.Nullable;

/// What a [LoopStream] needs of its connection. On the event loop.
interface Http2Loop {
    ChannelHandlerContext context();

    Http2Output output();

    /// Gives so many bytes of a body back to the windows.
    void consumed(Http2Stream stream, int bytes);

    void reset(Http2Stream stream, long code);

    /// The last byte of what this side sends was written.
    void ended(Http2Stream stream);

    /// Flushes once for all that is written until the loop comes to it.
    void flushSoon();

    /// Offers a request, while its header list is being read, to a fast path; null if this
    /// connection has none.
    @Nullable
    Http2FastLane lane();
}
