package org.pinisi.edge;

import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;
import org.pinisi.http.TlsFacts;

/// What is noted of one exchange while it is under way, for the route's counters and latencies, the access
/// log and the error pages. One object for each exchange that a connection can have at a time, used again
/// for the next. Only for the loop's thread.
///
/// The calls of an exchange, in this order: [#begin]; [#routed]; for each try [#tried], and [#connecting]
/// and [#connected] when the connection is new; [#status] when an answer begins; [#received] and [#add] for
/// bytes; then [#answered] or [#failed], and [#end]. A request that could not be read has [#failed],
/// [#status] and [#end] alone.
final class Account {
    private static final int TENTHS = 10;

    private final LoopState loop;
    private final Trace trace;
    private final @Nullable LogLine line;
    private @Nullable String tls;
    private int version = RouteTally.HTTP_1;
    private @Nullable Head head;
    private @Nullable RouteEntry route;
    private @Nullable RouteTally tally;
    private @Nullable UpstreamState upstream;
    private @Nullable Fault fault;
    private int status;
    private int tries;
    private long received;
    private long sent;
    private long begun;
    private long settled;
    private long connectBegun;
    private long connectNanos;
    private long firstByteNanos;

    Account(LoopState loop) {
        this.loop = loop;
        this.line = loop.log().line();
        this.trace = new Trace(loop.random());
    }

    /// Who asks.
    void client(Client client) {
        if (line != null) {
            TlsFacts facts = client.tls();
            line.client(client.text());
            tls = facts == null ? null : facts.version();
        }
    }

    /// The exchange is a stream of this version of HTTP, such as [RouteTally#HTTP_2].
    void version(int newVersion) {
        version = newVersion;
    }

    /// A request's head was read.
    void begin(Head request) {
        clear();
        head = request;
        begun = System.nanoTime();
        received = request.length();
        if (line != null) {
            line.begin(
                    request, version == RouteTally.HTTP_1 ? TENTHS + request.minorVersion() : (version + 1) * TENTHS);
        }
    }

    private void clear() {
        head = null;
        route = null;
        tally = null;
        upstream = null;
        fault = null;
        status = 0;
        tries = 0;
        received = 0;
        sent = 0;
        settled = 0;
        connectNanos = 0;
        firstByteNanos = 0;
        trace.clear();
    }

    /// The request's route is known.
    void routed(RouteEntry entry) {
        RouteTally own = entry.counters().tally(loop.index());
        route = entry;
        tally = own;
        own.count(version, RouteTally.REQUESTS);
        Head request = head;
        if (request != null) {
            trace.read(request, entry.route().rules().trace());
        }
    }

    /// An upstream was chosen.
    void tried() {
        tries++;
    }

    /// A new connection is being made.
    void connecting() {
        connectBegun = System.nanoTime();
    }

    /// The new connection stands.
    void connected() {
        connectNanos = System.nanoTime() - connectBegun;
    }

    /// The final answer begins.
    void status(int newStatus) {
        status = newStatus;
        if (line != null) {
            firstByteNanos = System.nanoTime() - begun;
        }
    }

    /// Bytes of the request's body have passed.
    void received(long length) {
        received += length;
    }

    /// Bytes of the answer were written.
    void add(long length) {
        sent += length;
    }

    /// Why it will fail, when that is known before [#failed]; the first word counts.
    void why(Fault reason) {
        if (fault == null) {
            fault = reason;
        }
    }

    /// The answer is an upstream's or a folder's, and has ended, or opens a tunnel.
    void answered() {
        RouteTally own = tally;
        if (own != null) {
            own.answered(version, status);
            settle(own);
        }
    }

    /// The answer is the edge's own, or was cut.
    void failed(int failure) {
        why(Fault.of(failure));
        RouteTally own = tally;
        if (own != null) {
            own.failed(version, failure);
            settle(own);
        }
    }

    private void settle(RouteTally own) {
        if (settled == 0) {
            settled = System.nanoTime();
            own.took(settled - begun);
        }
    }

    /// All is over; the head may be incomplete when the request could not be read.
    void end(Head request, @Nullable UpstreamState used) {
        upstream = used;
        if (used != null) {
            used.tally().ended(status);
        }
        RouteTally own = tally;
        if (own != null) {
            own.bytes(received, sent);
            if (settled == 0) {
                why(Fault.CLIENT_GONE);
                own.count(version, RouteTally.GONE);
            }
        }
        Fault reason = fault;
        if (reason != null) {
            loop.tally().fault(reason);
        }
        if (line != null) {
            long now = System.nanoTime();
            if (!request.isComplete()) {
                line.unreadable();
                begun = now;
                firstByteNanos = 0;
            }
            line.end(this, now - begun);
        }
        clear();
    }

    /// What to tell the client of a failure with this status; call it before [#failed].
    ErrorAnswer error(int failure) {
        why(Fault.of(failure));
        Fault reason = fault;
        trace.needRequestId();
        return ErrorAnswer.of(failure, reason == null ? Fault.OTHER : reason, trace.requestId());
    }

    // ---- for those who write it down

    Trace trace() {
        return trace;
    }

    @Nullable
    String tls() {
        return tls;
    }

    int status() {
        return status;
    }

    int tries() {
        return tries;
    }

    long received() {
        return received;
    }

    long sent() {
        return sent;
    }

    long connectNanos() {
        return connectNanos;
    }

    long firstByteNanos() {
        return firstByteNanos;
    }

    @Nullable
    String upstreamId() {
        UpstreamState used = upstream;
        return used == null ? null : used.id();
    }

    @Nullable
    String routeName() {
        RouteEntry entry = route;
        return entry == null ? null : entry.route().name();
    }

    @Nullable
    Fault fault() {
        return fault;
    }
}
