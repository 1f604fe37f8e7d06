package org.pinisi.http;

import io.netty.handler.codec.http2.Http2Stream;

/// Who sends a body on a stream, and is told how it gets on. On the event loop.
interface Http2Sending {
    Http2Stream stream();

    default int id() {
        return stream().id();
    }

    /// So many bytes that were queued have left, or never will.
    void sent(int bytes);

    /// The last byte has left.
    void answered();
}
