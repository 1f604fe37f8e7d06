package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Answers requests without a body directly on the event loop, before they would go to a [Handler]. It must
/// not block.
@FunctionalInterface
public interface FastPath {
    /// Answers the request, or leaves it alone.
    ///
    /// The head and the buffer (whose reader index stands at the head's first byte) are borrowed: what is
    /// needed after the return must be copied before. The answer is written to the context as `ByteBuf` or
    /// `FileRegion`; what is written before the return needs no flush, what is written later must be flushed.
    /// Everything happens on the context's event loop.
    ///
    /// @return null to leave the request to others; else a future that completes on the event loop when the
    ///     answer was wholly handed to the channel. Until then no further request of this connection is given
    ///     out. The connection is closed afterwards if the future failed or the head's `isKeepAlive()` is
    ///     false; in the latter case the answer says so itself.
    @Nullable
    Future<?> answer(ChannelHandlerContext context, Head head, ByteBuf request);
}
