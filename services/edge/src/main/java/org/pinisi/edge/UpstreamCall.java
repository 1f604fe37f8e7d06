package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import org.pinisi.http.Fields;

/// One request on its way at an upstream: an [UpstreamConnection] for HTTP/1.1, an
/// [Http2UpstreamCall] for HTTP/2. Only its event loop's thread calls.
///
/// **Buffers.** Whoever is given one owns it. What is written leaves with the next [#flush].
interface UpstreamCall {
    /// Writes the request's head and from here on reports to whoever asks.
    void begin(Downstream asking);

    /// Whether the body is passed as it stands on a wire of HTTP/1.1.
    boolean takesRaw();

    /// Bytes of the body as they stand on the wire, or of a tunnel.
    void raw(ByteBuf bytes);

    /// A piece of the body.
    void content(ByteBuf piece);

    /// The trailers; a raw body's last chunk has passed then, but not its end.
    void trailers(Fields trailers);

    /// The request is complete: the wait for the answer begins.
    void requestDone();

    /// The client's side of a tunnel has ended; the upstream's may go on.
    void tunnelEnded();

    /// The client does not want the answer any more.
    void abandon();

    /// Reads on, or pauses until the client keeps up.
    void reading(boolean on);

    /// Whether the upstream keeps up with what is written; if not, [Downstream#upstreamWritable]
    /// says later that it does.
    boolean isWritable();

    void flush();

    /// When bytes of the upstream came last, as [LoopState#now].
    long lastRead();
}
