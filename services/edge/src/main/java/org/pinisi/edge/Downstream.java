package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import org.pinisi.http.FastPath;
import org.pinisi.http.Fields;
import org.pinisi.http.Framing;
import org.pinisi.http.Head;

/// One request of a client on its event loop, whatever version of HTTP it came by:
/// [ClientConnection] for HTTP/1.1, [StreamExchange] for a stream of HTTP/2 or HTTP/3. Only that loop's thread
/// calls.
///
/// **Order.** [#connected], then whatever the upstream sends: any number of [#interim], one
/// [#answer], its body as [#raw] or [#content], perhaps [#trailers], and [#answered]; or
/// [#tunnelOpened], [#raw] both ways and [#tunnelEnded]. In place of the rest may come
/// [#unanswered] before [#answer], and [#cut] after it.
///
/// **Buffers.** Whoever is given one owns it.
interface Downstream {
    /// The request's head, valid until the request has ended.
    Head head();

    /// Whose request it is.
    Client client();

    /// The route's rules let the request pass, and a folder answers it.
    void serve(FastPath folder);

    /// What tells the upstream who asks.
    Forwarding forwarding();

    /// The book that is kept about the request.
    Account account();

    /// Whether the request may be sent twice (RFC 9110, section 9.2.2).
    default boolean isIdempotent() {
        Head head = head();
        return head.methodIs("GET")
                || head.methodIs("HEAD")
                || head.methodIs("OPTIONS")
                || head.methodIs("PUT")
                || head.methodIs("DELETE")
                || head.methodIs("TRACE");
    }

    default boolean hasBody() {
        return head().framing() != Framing.NONE;
    }

    /// Whether the request's body comes as it stands on a wire of HTTP/1.1, if the upstream takes
    /// it so.
    boolean sendsRaw();

    /// Whether a byte of the body was passed on, so that the request cannot be sent again.
    boolean isBodyStarted();

    /// Whether the whole request was passed on.
    boolean isRequestDone();

    // ---- from whoever finds an upstream

    /// The upstream is there: the request begins on this call.
    void connected(UpstreamCall call);

    /// The call broke before any byte of an answer; another one is being made.
    void reconnecting();

    /// No upstream could be reached, or none answers as it should.
    void unanswered(int status);

    /// Sends what was written, in both directions.
    void flushAll();

    // ---- from the upstream

    /// The call broke before any byte of an answer: tries once more if that is safe.
    ///
    /// @param reused whether the connection had served before, so that it may have been closing already
    /// @param refused whether the upstream says that it did nothing about the request (RFC 9113,
    ///     section 8.7)
    /// @return false if it is not safe
    boolean again(boolean reused, boolean refused);

    /// Whether this answer's body can be passed as it stands on a wire of HTTP/1.1.
    boolean takesRaw(Head answer);

    /// An answer of 1xx, save 101.
    void interim(Head answer, ByteBuf bytes);

    /// The final answer begins. `bytes` are the head as it stands on a wire of HTTP/1.1 and, if
    /// `raw`, perhaps the first bytes of the body as they stand there; then the rest comes through
    /// [#raw], else through [#content].
    ///
    /// @return whether the client keeps up; if not, [UpstreamCall#reading] says later that it does
    boolean answer(Head answer, ByteBuf bytes, boolean raw);

    /// Bytes of the body as they stand on the wire, or of a tunnel.
    boolean raw(ByteBuf bytes);

    /// A piece of the body.
    boolean content(ByteBuf piece);

    /// The trailers; a raw body's last chunk has passed then, but not its end.
    void trailers(Fields trailers);

    /// The answer is complete.
    void answered();

    /// The upstream broke off within its answer, so the client must not take it for complete.
    void cut(int status);

    /// The same when the upstream has said why (RFC 9113, section 7).
    default void cut(int status, long code) {
        cut(status);
    }

    /// The upstream takes bytes again.
    void upstreamWritable();

    /// Whether the request asks for another protocol and is complete, so that 101 may answer it.
    boolean asksForUpgrade();

    /// The upstream has answered 101: from here on bytes pass both ways.
    ///
    /// @return whether the client keeps up
    boolean tunnelOpened(Head answer, ByteBuf bytes);

    /// The tunnel's other side has closed: what it sent is delivered, then this side ends.
    void tunnelEnded();
}
