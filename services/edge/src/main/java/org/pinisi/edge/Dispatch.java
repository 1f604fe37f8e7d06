package org.pinisi.edge;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Finds the upstream connection for a request: whose turn it is, an idle connection or a new one, and what
/// to try when that fails. One for each client connection or stream; holds the count of requests under way
/// from the choice to the end.
///
/// **Tried again** is, once for each upstream, whatever could not be connected, since nothing was sent; when
/// all refuse, all once more after a moment, for as long as the route's rules say. Within these rules what was
/// sent is sent again, while the client has seen nothing of an answer and nothing of its body has passed: to
/// another upstream, or where there is none, once to the same.
final class Dispatch implements UpstreamConnector.Waiting {
    private static final int MOST_MOVES = 3;
    private static final long SAFE_IDLE = 1_000_000_000L;

    private final Downstream client;
    private final LoopState loop;
    private final Admission admission;
    private final Attempts attempts = new Attempts();
    private @Nullable RouteEntry route;
    private @Nullable Member chosen;
    private @Nullable RouteLoad entered;
    private UpstreamConnector.@Nullable Attempt connecting;
    private @Nullable Waiter waiter;
    private @Nullable RouteLoad queue;
    private @Nullable ScheduledFuture<?> patience;
    private @Nullable ScheduledFuture<?> pause;
    private Outcome outcome = Outcome.UNKNOWN;
    private int index;
    private int addresses;
    private int preferred;
    private int moved;
    private long begun;

    Dispatch(Downstream client, LoopState loop) {
        this.client = client;
        this.loop = loop;
        this.admission = new Admission(client, loop, this::admitted);
    }

    /// Looks whether the route's rules let the request pass, then starts with the upstream whose turn it
    /// is; ends in [Downstream#connected], [Downstream#serve] or [Downstream#unanswered], now or later.
    void begin(RouteEntry entry) {
        begun = loop.now();
        attempts.begin();
        moved = 0;
        take(entry);
        admission.begin(entry);
    }

    /// A request without route may still be a certificate authority's question, or a reload signal.
    ///
    /// @return whether it was, and is answered
    boolean answersItself() {
        return admission.answersItself();
    }

    private void admitted(RouteEntry entry) {
        RuledFolder folder = entry.ruledFolder();
        if (folder != null) {
            client.serve(folder.of(client.head(), client.client()));
            return;
        }
        entry.turns(loop.index(), loop.now()).requested();
        attempt(false);
    }

    private void take(RouteEntry entry) {
        route = entry;
        preferred = entry.sticky() == null ? -1 : entry.sticky().find(client.head(), entry.members());
        attempts.forget();
    }

    private void attempt(boolean fresh) {
        RouteEntry entry = route;
        if (entry == null) {
            return;
        }
        if (!enter(entry)) {
            await(entry);
            return;
        }
        int next = entry.turns(loop.index(), loop.now()).next(loop.now(), attempts.tried(), preferred);
        switch (next) {
            case Turns.NONE -> none(entry);
            case Turns.OPEN -> give(503, Fault.OVERLOADED);
            case Turns.FULL -> await(entry);
            default -> ask(entry, next, fresh);
        }
    }

    private void none(RouteEntry entry) {
        if (entry.members().count() == 0) {
            give(503, Fault.NO_UPSTREAM);
        } else if (attempts.isTimedOut()) {
            give(504, Fault.CONNECT_TIMED_OUT);
        } else if (!pauses(entry)) {
            give(502, Fault.CONNECT_FAILED);
        }
    }

    /// Whoever refuses may just be starting again: lets a moment pass, then all are asked once more.
    ///
    /// @return false when it is not worth it
    private boolean pauses(RouteEntry entry) {
        int connect = entry.times(loop.proxy().times()).connectMillis();
        long length = attempts.pause(entry, loop.now(), TimeUnit.MILLISECONDS.toNanos(connect));
        if (length <= 0) {
            return false;
        }
        pause = loop.loop().schedule(this::onceMore, length, TimeUnit.NANOSECONDS);
        return true;
    }

    private void onceMore() {
        pause = null;
        follow();
        attempts.nextRound();
        RouteEntry entry = route;
        if (entry != null) {
            entry.counters().retried();
        }
        attempt(attempts.isSent());
        client.flushAll();
    }

    private void endPause() {
        ScheduledFuture<?> timer = pause;
        if (timer != null) {
            pause = null;
            timer.cancel(false);
        }
    }

    private void give(int status, Fault why) {
        release();
        client.account().why(why);
        client.unanswered(status);
    }

    private boolean enter(RouteEntry entry) {
        int most = entry.route().rules().breaker().routeRequests();
        if (most == BreakerRule.UNBOUNDED || entered != null) {
            return true;
        }
        if (entry.load().enter(most)) {
            entered = entry.load();
            return true;
        }
        return false;
    }

    private void ask(RouteEntry entry, int next, boolean fresh) {
        Member member = entry.members().get(next);
        index = next;
        addresses = 0;
        outcome = Outcome.UNKNOWN;
        member.begin(loop.now());
        client.account().tried();
        chosen = member;
        if (!fresh) {
            // A request that must not be sent twice gets no connection that its server may just be closing.
            boolean repeatable = client.isIdempotent() && !client.hasBody();
            long longest = repeatable ? loop.proxy().times().poolIdle() : SAFE_IDLE;
            UpstreamCall pooled = loop.connector()
                    .ready(member.state(), longest, client.client(), HeadWriter.upgrades(client.head()));
            if (pooled != null) {
                send(pooled);
                return;
            }
        }
        connect(entry, member.state());
    }

    private void send(UpstreamCall call) {
        attempts.sent();
        RouteEntry entry = route;
        Changes changes = entry == null ? null : entry.changes();
        if (entry == null || changes == null) {
            client.connected(call);
            return;
        }
        RuledDownstream rules = new RuledDownstream(
                client, this, call, changes, loop.proxy().loops().allocator(), cookie(entry));
        client.connected(new RuledCall(call, rules, changes.mostBody()));
    }

    /// What keeps the client at the upstream that it has now, unless it is there already.
    private @Nullable String cookie(RouteEntry entry) {
        StickyCookie sticky = entry.sticky();
        Member member = chosen;
        return sticky == null || member == null || index == preferred
                ? null
                : sticky.set(member, client.client().isSecure());
    }

    private void connect(RouteEntry entry, UpstreamState next) {
        if (next.isUnresolved()) {
            nextAttempt();
            return;
        }
        int millis = entry.times(loop.proxy().times()).connectMillis();
        UpstreamConnector.Attempt attempt =
                new UpstreamConnector.Attempt(this, client.client(), HeadWriter.upgrades(client.head()), millis);
        connecting = attempt;
        client.account().connecting();
        loop.connector().connect(next, attempt);
    }

    @Override
    public void connected(UpstreamCall call) {
        connecting = null;
        client.account().connected();
        RouteEntry entry = route;
        if (entry != null) {
            entry.outage().over();
        }
        send(call);
        client.flushAll();
    }

    @Override
    public void failed(boolean late) {
        connecting = null;
        Member member = chosen;
        RouteEntry entry = route;
        if (entry != null && member != null && ++addresses < member.state().addressCount()) {
            connect(entry, member.state());
        } else {
            attempts.failed(late);
            nextAttempt();
        }
        client.flushAll();
    }

    /// The upstream could not be reached: another one is asked.
    private void nextAttempt() {
        // One request has failed once, however often it looks.
        outcome = attempts.isFirstRound() ? Outcome.BAD : Outcome.UNKNOWN;
        attempts.mark(index);
        releaseMember();
        follow();
        RouteEntry entry = route;
        if (entry != null && attempts.hasUntried(entry.members())) {
            entry.counters().retried();
        }
        attempt(false);
    }

    /// Takes the route as it is now: the upstream that failed may have been replaced meanwhile.
    ///
    /// @return whether it is another one
    private boolean follow() {
        RouteEntry now = loop.proxy().routes().current(client.head());
        if (now == null || now == route || moved == MOST_MOVES || now.folder() != null) {
            return false;
        }
        moved++;
        take(now);
        return true;
    }

    /// The connection broke before any byte of an answer. Sends the request again when that is safe.
    ///
    /// @param reused whether the connection had served before, so that it may have been closing already
    /// @param refused whether the upstream says that it did nothing about the request
    /// @return false when it is not safe
    boolean again(boolean reused, boolean refused) {
        RouteEntry entry = route;
        if (entry == null || client.isBodyStarted() || !(refused || entry.isRepeatable(client))) {
            return false;
        }
        boolean stale = (reused || refused) && !attempts.isResent();
        if (!stale && !mayRetry(entry)) {
            return false;
        }
        if (!stale) {
            attempts.mark(index);
        }
        boolean alone = !stale && !attempts.hasUntried(entry.members());
        boolean once = stale || (alone && !attempts.isResent());
        // One request has failed once, however often it is sent to the same upstream.
        outcome = once ? Outcome.UNKNOWN : Outcome.BAD;
        if (alone && attempts.isResent() && loop.proxy().routes().current(client.head()) == entry) {
            return false;
        }
        attempts.resent();
        int same = index;
        countRetry(entry);
        releaseMember();
        client.reconnecting();
        if (!follow() && once) {
            ask(entry, same, true);
        } else {
            attempt(true);
        }
        return true;
    }

    /// An answer came that the route's rules take for a failure. Sends the request to another upstream if
    /// that is safe and there is one.
    ///
    /// @return false if the answer must do
    boolean againAfter(int status) {
        RouteEntry entry = route;
        if (entry == null
                || client.isBodyStarted()
                || !entry.route().rules().retries().statuses().contains(status)
                || !entry.isRepeatable(client)
                || !hasOther(entry)
                || !mayRetry(entry)) {
            return false;
        }
        outcome = Outcome.BAD;
        countRetry(entry);
        releaseMember();
        client.reconnecting();
        attempt(true);
        return true;
    }

    private void countRetry(RouteEntry entry) {
        entry.counters().retried();
        Member held = chosen;
        if (held != null) {
            held.state().tally().retried();
        }
    }

    private boolean hasOther(RouteEntry entry) {
        attempts.mark(index);
        return entry.turns(loop.index(), loop.now()).next(loop.now(), attempts.tried(), -1) >= 0;
    }

    private boolean mayRetry(RouteEntry entry) {
        return attempts.mayRepeat(entry.route().rules().retries())
                && entry.turns(loop.index(), loop.now()).retry(loop.now());
    }

    // ---- waiting for a turn

    private void await(RouteEntry entry) {
        BreakerRule rule = entry.route().rules().breaker();
        Waiter fresh = new Waiter(loop.loop(), this::woken);
        if (!entry.load().offer(fresh, rule.queue())) {
            give(503, Fault.OVERLOADED);
            return;
        }
        waiter = fresh;
        queue = entry.load();
        if (patience == null) {
            patience = loop.loop().schedule(this::impatient, rule.longestWait().toNanos(), TimeUnit.NANOSECONDS);
        }
        // What became free between the look and the wait has woken nobody.
        if (entry.turns(loop.index(), loop.now()).next(loop.now(), attempts.tried(), preferred) >= 0
                && enter(entry)
                && entry.load().withdraw(fresh)) {
            woken(fresh);
        }
    }

    private void woken(Waiter which) {
        if (waiter != which) {
            return;
        }
        waiter = null;
        follow();
        attempt(false);
        if (waiter == null) {
            endPatience();
        }
        client.flushAll();
    }

    private void impatient() {
        patience = null;
        if (withdraw()) {
            give(503, Fault.OVERLOADED);
            client.flushAll();
        }
    }

    private boolean withdraw() {
        Waiter mine = waiter;
        RouteLoad at = queue;
        if (mine == null || at == null || !at.withdraw(mine)) {
            return false;
        }
        waiter = null;
        return true;
    }

    private void endPatience() {
        ScheduledFuture<?> timer = patience;
        if (timer != null) {
            patience = null;
            timer.cancel(false);
        }
    }

    // ---- the end

    /// The deadlines of the route, or the edge's own without one.
    Proxy.Times times() {
        RouteEntry entry = route;
        Proxy.Times usual = loop.proxy().times();
        return entry == null ? usual : entry.times(usual);
    }

    /// The route's own page for an answer of that status, if it has one.
    @Nullable
    HtmlPage page(int status) {
        RouteEntry entry = route;
        return entry == null ? null : entry.page(status);
    }

    /// Whether the whole exchange has taken longer than its route allows.
    boolean isOverdue(long now) {
        long most = times().exchange();
        return most > 0 && now - begun > most;
    }

    /// The answer has begun or the edge answers in its place: says what that means for the upstream's
    /// health.
    ///
    /// @param status the answer's, or that of the edge's own answer
    /// @param own whether it is the edge's own
    void answers(int status, boolean own) {
        RouteEntry entry = route;
        boolean counts =
                own || (entry != null && entry.route().rules().ejection().serverErrors());
        outcome = counts && status >= 500 ? Outcome.BAD : own ? Outcome.UNKNOWN : Outcome.GOOD;
    }

    private void release() {
        RouteLoad load = entered;
        if (load != null) {
            entered = null;
            load.leave();
        }
        if (!releaseMember() && load != null) {
            load.wake();
        }
    }

    /// @return whether there was one
    private boolean releaseMember() {
        Member held = chosen;
        RouteEntry entry = route;
        if (held == null || entry == null) {
            return false;
        }
        chosen = null;
        entry.members().ended(entry.route().name(), held, outcome, loop.now());
        entry.load().wake();
        return true;
    }

    /// The request has ended; returns the upstream that had it, if one had.
    @Nullable
    UpstreamState finish() {
        Member held = chosen;
        release();
        endPatience();
        endPause();
        admission.end();
        route = null;
        return held == null ? null : held.state();
    }

    /// The client does not wait any more.
    void cancel() {
        UpstreamConnector.Attempt attempt = connecting;
        if (attempt != null) {
            connecting = null;
            attempt.cancel();
        }
        withdraw();
        waiter = null;
        endPatience();
        endPause();
    }
}
