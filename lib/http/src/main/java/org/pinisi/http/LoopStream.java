package org.pinisi.http;

import io.netty.buffer.ByteBuf;

/// One stream of HTTP/2 or HTTP/3 as a proxy sees it, piece by piece, whether it is a client's request or
/// one to an upstream. Belongs to its connection's event loop, whose thread alone may call.
///
/// **Heads** are given and taken as HTTP/1.1 would write them, so that a proxy has one set of rules
/// for all; what the newer versions do not carry (RFC 9113, section 8.2.2) is left out here.
///
/// **Sending.** [#head], then [#content] as often as needed, then [#end] or [#trailers]. What is
/// given is queued until the peer's windows take it; [#content] says whether the peer keeps up, and
/// [Listener#writable] when it does again. A head, a small body and the end leave in one piece if
/// no [#flush] comes between them.
///
/// **Receiving.** The peer's window opens only as the listener says [#consumed].
///
/// **Buffers.** Whoever is given one owns it.
public sealed interface LoopStream permits Http2LoopStream, Http3LoopStream {
    /// What the peer does. On the event loop.
    public interface Listener {
        /// An answer's head, or an interim one's (1xx), as HTTP/1.1 writes it. Only on streams to
        /// upstreams.
        void head(ByteBuf text, boolean end);

        /// A piece of the body.
        void received(ByteBuf piece);

        /// The body is complete; there may be trailers.
        void ended(Fields trailers);

        /// The body is longer than the limits allow.
        void tooLarge();

        /// The peer keeps up again.
        void writable();

        /// A fast path has begun to answer with a body of so many bytes; [#closed] is next.
        void answering(int status, long length);

        /// The stream is over: nothing more comes, and nothing more can be sent. `code` is the one
        /// of RST_STREAM (RFC 9113, section 7), 0 if all was complete.
        void closed(long code);
    }

    /// From now on the listener is told what the peer does.
    void listen(Listener newListener);

    /// Begins an answer, or sends an interim one.
    void head(ByteBuf text, boolean interim);

    /// Begins an answer whose fields [#field] and [#fields] give next, without a text between.
    ///
    /// @return whether anybody still wants it
    boolean begin(int status);

    /// Passes on one field of the head that an upstream gave, in the answer that was begun.
    void field(Head head, int index);

    /// Adds whole lines as HTTP/1.1 writes them, each with its end, to the answer that was begun.
    void fields(byte[] lines);

    /// @return whether the peer keeps up
    boolean content(ByteBuf piece);

    /// The body ends.
    void end();

    /// The body ends with these fields.
    void trailers(Fields trailers);

    /// Whether the peer keeps up.
    boolean isWritable();

    /// Lets what was given leave, together with what other streams give at the same time.
    void flush();

    /// Breaks the stream off in both directions, with a code of HTTP/2 (RFC 9113, section 7), which HTTP/3
    /// says in its own words.
    void reset(long newCode);

    /// Has a fast path answer in place of whoever accepts the stream; only while it is being accepted.
    ///
    /// @return whether the fast path took the request
    boolean offer(FastPath path);

    /// So many bytes of the body were passed on: the peer may send as many more.
    void consumed(int bytes);
}
