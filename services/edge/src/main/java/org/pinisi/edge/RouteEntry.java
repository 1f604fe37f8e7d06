package org.pinisi.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.FastPath;

/// A route at work: what [EdgeRoute] says, with the live parts that requests need.
final class RouteEntry {

    private final EdgeRoute route;
    private final RouteCounters counters;
    private final Members members;
    private final RouteLoad load;
    private final @Nullable FastPath folder;
    private final byte[] secureFields;
    private final @Nullable RuledFolder ruledFolder;
    private final @Nullable StickyCookie sticky;
    private final Balancing balancing;
    private final boolean repeatsUsual;
    private final @Nullable RateLimiter limiter;
    private final Gate[] gates;
    private final @Nullable Changes changes;
    private final Map<Integer, HtmlPage> pages;
    private final AtomicInteger turn = new AtomicInteger();
    private final Outage outage = new Outage();
    private volatile @Nullable Turns[] turns = new @Nullable Turns[0];
    private volatile Proxy.@Nullable Times times;

    RouteEntry(EdgeRoute route, RouteCounters counters, List<UpstreamState> upstreams, @Nullable FastPath folder) {
        this(route, counters, upstreams, folder, SecureGates.none(), null, true);
    }

    /// @param secure gates that have to do with TLS
    /// @param before the route of this name until now, whose knowledge of upstreams that stay is kept
    /// @param mustWork whether files that rules name must be readable
    /// @throws EdgeException when such a file cannot be used
    RouteEntry(
            EdgeRoute route,
            RouteCounters counters,
            List<UpstreamState> upstreams,
            @Nullable FastPath folder,
            SecureGates secure,
            @Nullable RouteEntry before,
            boolean mustWork) {
        this.route = route;
        this.counters = counters;
        this.folder = folder;
        SecureFields overTls = SecureFields.of(route.rules().https(), secure.altSvc());
        this.secureFields = overTls.lines();
        this.ruledFolder = folder == null
                ? null
                : new RuledFolder(folder, new HeaderChanges(route.rules().answerHeaders()), overTls);
        this.load = before == null ? new RouteLoad() : before.load;
        this.balancing = route.target() instanceof Target.Upstreams target ? target.balancing() : Balancing.defaults();
        this.sticky = balancing.sticky().map(StickyCookie::new).orElse(null);
        this.members = members(upstreams, before);
        this.limiter = limiter(before);
        this.gates = Gates.of(route, limiter, secure, System::nanoTime, mustWork);
        this.changes = Changes.of(route.rules(), sticky != null);
        this.pages = new TreeMap<>();
        route.rules()
                .errorPages()
                .forEach((status, file) ->
                        pages.put(status, HtmlPage.read("rules.error-pages." + status, file, mustWork)));
        this.repeatsUsual =
                route.rules().retries().methods().equals(RetriesRule.defaults().methods());
    }

    private @Nullable RateLimiter limiter(@Nullable RouteEntry before) {
        if (before != null
                && before.route.rules().rateLimit().equals(route.rules().rateLimit())) {
            return before.limiter;
        }
        return route.rules()
                .rateLimit()
                .map(rule -> new RateLimiter(rule, System::nanoTime))
                .orElse(null);
    }

    private Members members(List<UpstreamState> upstreams, @Nullable RouteEntry before) {
        if (upstreams.isEmpty()) {
            return Members.none();
        }
        List<Member> made = new ArrayList<>();
        for (UpstreamState upstream : upstreams) {
            Member known = before == null ? null : before.known(upstream, this);
            made.add(
                    known != null
                            ? known
                            : new Member(route.name(), upstream, balancing, route.rules(), System.nanoTime()));
        }
        return new Members(made, route.rules().ejection());
    }

    private @Nullable Member known(UpstreamState upstream, RouteEntry next) {
        RouteRules rules = route.rules();
        RouteRules others = next.route.rules();
        boolean same = rules.ejection().equals(others.ejection())
                && rules.breaker().equals(others.breaker())
                && rules.healthCheck().equals(others.healthCheck())
                && balancing.slowStart().equals(next.balancing.slowStart());
        for (Member member : members.all()) {
            if (same && member.state() == upstream) {
                return member;
            }
        }
        return null;
    }

    EdgeRoute route() {
        return route;
    }

    RouteCounters counters() {
        return counters;
    }

    /// What answers over TLS say in addition, each field with its line's end. Not to be changed.
    byte[] secureFields() {
        return secureFields;
    }

    /// The folder as it was opened, without the route's rules.
    @Nullable
    FastPath folder() {
        return folder;
    }

    /// The folder as the route's rules want it.
    @Nullable
    RuledFolder ruledFolder() {
        return ruledFolder;
    }

    int upstreamCount() {
        return members.count();
    }

    UpstreamState upstream(int index) {
        return members.get(index).state();
    }

    Members members() {
        return members;
    }

    Outage outage() {
        return outage;
    }

    RouteLoad load() {
        return load;
    }

    @Nullable
    StickyCookie sticky() {
        return sticky;
    }

    /// What a request must pass before anybody answers it, in order. Not to be changed.
    Gate[] gates() {
        return gates;
    }

    /// What the route does to its exchanges, or null for nothing.
    @Nullable
    Changes changes() {
        return changes;
    }

    /// The route's own page for answers of that status, or null.
    @Nullable
    HtmlPage page(int status) {
        return pages.get(status);
    }

    /// The index of the upstream whose turn it is for a connection that is passed through.
    int nextTurn() {
        return Math.floorMod(turn.getAndIncrement(), Math.max(1, members.count()));
    }

    /// Whose turn it is on the loop of that index; to be used on that loop only.
    Turns turns(int loop, long now) {
        @Nullable Turns[] known = turns;
        Turns own = loop < known.length ? known[loop] : null;
        return own == null ? make(loop, now) : own;
    }

    private synchronized Turns make(int loop, long now) {
        @Nullable Turns[] more = Arrays.copyOf(turns, Math.max(turns.length, loop + 1));
        Turns made =
                new Turns(members, balancing.policy(), route.rules().retries().budget(), loop, now);
        more[loop] = made;
        turns = more;
        return made;
    }

    /// Whether the route's rules allow the request to be sent twice.
    boolean isRepeatable(Downstream client) {
        if (repeatsUsual) {
            return client.isIdempotent();
        }
        for (String method : route.rules().retries().methods()) {
            if (client.head().methodIs(method)) {
                return true;
            }
        }
        return false;
    }

    /// The deadlines of this route, in nanoseconds.
    ///
    /// @param usual the edge's own
    Proxy.Times times(Proxy.Times usual) {
        if (route.rules().timeouts().equals(TimeoutsRule.none())) {
            return usual;
        }
        Proxy.Times own = times;
        if (own == null) {
            own = usual.with(route.rules().timeouts());
            times = own;
        }
        return own;
    }

    /// How often host names of upstreams are looked up again.
    Duration resolveEvery() {
        return balancing.resolveEvery();
    }

    RouteStats stats() {
        Map<String, Integer> inFlight = new TreeMap<>();
        for (Member member : members.all()) {
            inFlight.put(member.state().id(), member.state().inFlight());
        }
        return counters.stats(route.name(), inFlight);
    }
}
