package org.pinisi.edge;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.FastPath;
import org.pinisi.http.Head;
import org.pinisi.http.Loops;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The routes of a running edge: the present table, the upstreams it names, and those it named until their
/// requests have ended.
///
/// Readers take [#table] once for each request. Changes are made one at a time, kept on disk first, then
/// published.
final class Routes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Routes.class);

    private final RoutesFile file;
    private final Loops loops;
    private final int poolSize;
    private final FolderServing folders;
    private final Consumer<UpstreamState> onRetired;
    private final UpstreamCare care;
    private final ReentrantLock changing = new ReentrantLock();
    private final Map<Upstream, UpstreamState> live = new HashMap<>();
    private final List<UpstreamState> retired = new ArrayList<>();
    private final Map<String, RouteSource> sources = new HashMap<>();
    private List<EdgeRoute> ofBook = List.of();
    private volatile RouteTable table = RouteTable.empty();
    private volatile RouteWatcher watcher = RouteWatcher.NOBODY;

    /// @param onRetired told of each upstream that no route names any more; must see to
    ///     [UpstreamState#leave] on
    ///     every loop
    Routes(RoutesFile file, Loops loops, int poolSize, FolderServing folders, Consumer<UpstreamState> onRetired) {
        this.file = file;
        this.loops = loops;
        this.poolSize = poolSize;
        this.folders = folders;
        this.onRetired = onRetired;
        this.care = new UpstreamCare(loops);
    }

    RouteTable table() {
        return table;
    }

    /// To be called once, before [#load].
    void watch(RouteWatcher newWatcher) {
        watcher = newWatcher;
    }

    /// The route that the request is for by now.
    @Nullable
    RouteEntry current(Head request) {
        return table.find(request);
    }

    List<EdgeRoute> all() {
        return table.entries().stream().map(RouteEntry::route).toList();
    }

    /// Takes over what the routes file holds; what cannot be used there is left out, as [RoutesFile#load]
    /// says.
    void load() {
        changing.lock();
        try {
            for (EdgeRoute route : file.load()) {
                table = table.with(entry(route, false));
                sources.put(route.name(), RouteSource.ADMIN);
            }
            care.follow(table.entries());
            watcher.published(table);
        } finally {
            changing.unlock();
        }
    }

    /// Adds or replaces.
    ///
    /// @throws EdgeException when a host belongs to another route, an upstream's host name is unknown, a
    ///     folder
    /// cannot be used
    ///     or the file cannot be written; nothing has changed then
    void put(EdgeRoute route) {
        changing.lock();
        try {
            refuseForeign(route.name(), RouteSource.ADMIN);
            RouteEntry fresh = entry(route, true);
            RouteTable room = makeRoom(List.of(route));
            publish(room.with(fresh), RouteSource.ADMIN);
            sources.put(route.name(), RouteSource.ADMIN);
            fillFromBook();
        } finally {
            changing.unlock();
        }
    }

    /// @throws EdgeException when the route is not the admin interface's to remove
    boolean delete(String name) {
        changing.lock();
        try {
            if (table.named(name) == null) {
                return false;
            }
            refuseForeign(name, RouteSource.ADMIN);
            publish(table.without(name), RouteSource.ADMIN);
            sources.remove(name);
            fillFromBook();
            return true;
        } finally {
            changing.unlock();
        }
    }

    /// Puts these routes in place of all that this source gave before, in one step; those of the others
    /// stay.
    ///
    /// @throws EdgeException as [#put], also when a name or host belongs to another source; nothing has
    ///     changed then
    void replaceAll(RouteSource source, List<EdgeRoute> routes) {
        changing.lock();
        try {
            List<RouteEntry> entries = new ArrayList<>();
            for (RouteEntry entry : makeRoom(routes).entries()) {
                if (sources.get(entry.route().name()) != source) {
                    entries.add(entry);
                }
            }
            for (EdgeRoute route : routes) {
                refuseForeign(route.name(), source);
                entries.add(entry(route, true));
            }
            publish(RouteTable.of(entries, this::owner), source);
            sources.values().removeIf(source::equals);
            routes.forEach(route -> sources.put(route.name(), source));
            fillFromBook();
        } finally {
            changing.unlock();
        }
    }

    /// What the certificate book's entries would have. Each holds as long as no other source has its host
    /// or name: a book is data, and who writes a route means it.
    void offer(List<EdgeRoute> book) {
        changing.lock();
        try {
            ofBook = List.copyOf(book);
            fillFromBook();
        } finally {
            changing.unlock();
        }
    }

    /// The table without the book's routes that these would meet.
    private RouteTable makeRoom(List<EdgeRoute> coming) {
        Set<String> hosts = new HashSet<>();
        coming.forEach(route -> hosts.addAll(route.hosts()));
        RouteTable room = table;
        for (EdgeRoute route : ofBook) {
            boolean meets = route.hosts().stream().anyMatch(hosts::contains);
            if (meets && sources.get(route.name()) == RouteSource.BOOK) {
                room = room.without(route.name());
            }
        }
        return room;
    }

    private void fillFromBook() {
        if (ofBook.isEmpty() && !sources.containsValue(RouteSource.BOOK)) {
            return;
        }
        Set<String> taken = new HashSet<>();
        List<RouteEntry> entries = new ArrayList<>();
        for (RouteEntry entry : table.entries()) {
            if (sources.get(entry.route().name()) != RouteSource.BOOK) {
                entries.add(entry);
                taken.add(entry.route().name());
                taken.addAll(entry.route().hosts());
            }
        }
        List<EdgeRoute> used = new ArrayList<>();
        for (EdgeRoute route : ofBook) {
            boolean free =
                    !taken.contains(route.name()) && route.hosts().stream().noneMatch(taken::contains);
            if (free) {
                entries.add(entry(route, false));
                used.add(route);
            } else {
                log.info("event=book-route-left-out hosts={} reason=\"another route has the host\"", route.hosts());
            }
        }
        publish(RouteTable.of(entries, this::owner), RouteSource.BOOK);
        sources.values().removeIf(RouteSource.BOOK::equals);
        used.forEach(route -> sources.put(route.name(), RouteSource.BOOK));
    }

    private void refuseForeign(String name, RouteSource source) {
        RouteSource owner = sources.getOrDefault(name, source);
        if (owner != source) {
            throw new EdgeException("there is a route " + name + " already, which came from " + owner.words()
                    + "; change it there, or choose another name");
        }
    }

    private String owner(String route) {
        RouteSource source = sources.get(route);
        return source == null ? "" : ", which came from " + source.words();
    }

    private void publish(RouteTable next, RouteSource source) {
        if (source == RouteSource.ADMIN) {
            file.save(next.entries().stream()
                    .map(RouteEntry::route)
                    .filter(route -> sources.getOrDefault(route.name(), source) == source)
                    .toList());
        }
        table = next;
        care.follow(next.entries());
        next.entries().forEach(entry -> entry.load().wakeAll());
        watcher.published(next);
        Set<UpstreamState> named = new HashSet<>();
        for (RouteEntry entry : next.entries()) {
            for (int i = 0; i < entry.upstreamCount(); i++) {
                named.add(entry.upstream(i));
                live.put(entry.upstream(i).upstream(), entry.upstream(i));
            }
        }
        retired.removeIf(state -> state.inFlight() == 0 && state.hasLeft());
        for (UpstreamState state : List.copyOf(live.values())) {
            if (!named.contains(state)) {
                live.remove(state.upstream());
                state.retire();
                retired.add(state);
                onRetired.accept(state);
            }
        }
    }

    private RouteEntry entry(EdgeRoute route, boolean mustWork) {
        if (mustWork) {
            watcher.check(route);
        }
        RouteEntry before = table.named(route.name());
        RouteCounters counters = before == null ? new RouteCounters() : before.counters();
        return switch (route.target()) {
            case Target.Upstreams(List<Upstream> upstreams, var _) ->
                new RouteEntry(
                        route,
                        counters,
                        states(route, upstreams, mustWork),
                        null,
                        watcher.gates(route),
                        before,
                        mustWork);
            case Target.Passthrough(List<Upstream> upstreams, var _) ->
                new RouteEntry(
                        route,
                        counters,
                        states(route, upstreams, mustWork),
                        null,
                        watcher.gates(route),
                        before,
                        mustWork);
            case Target.Folder folder ->
                new RouteEntry(
                        route,
                        counters,
                        List.of(),
                        folder(before, route, folder, mustWork),
                        watcher.gates(route),
                        before,
                        mustWork);
            case Target.Redirect _ ->
                new RouteEntry(route, counters, List.of(), null, watcher.gates(route), before, mustWork);
        };
    }

    private List<UpstreamState> states(EdgeRoute route, List<Upstream> upstreams, boolean mustWork) {
        List<UpstreamState> states = new ArrayList<>();
        for (Upstream upstream : upstreams) {
            states.add(state(route, upstream, mustWork));
        }
        return states;
    }

    private @Nullable FastPath folder(
            @Nullable RouteEntry before, EdgeRoute route, Target.Folder folder, boolean mustWork) {
        Optional<CompressionRule> compression = route.rules().compression();
        if (before != null
                && before.folder() != null
                && before.route().target().equals(folder)
                && before.route().rules().compression().equals(compression)) {
            return before.folder();
        }
        try {
            return folders.open(folder, compression);
        } catch (EdgeException unusable) {
            if (mustWork) {
                throw unusable;
            }
            log.error(
                    "event=folder-unusable route={} cause=\"{}\" advice=\"deploy it again; 503 until then\"",
                    route.name(),
                    unusable.getMessage());
            return null;
        }
    }

    private UpstreamState state(EdgeRoute route, Upstream upstream, boolean mustWork) {
        UpstreamState known = live.get(upstream);
        if (known != null) {
            return known;
        }
        UpstreamState fresh = new UpstreamState(upstream, care.resolve(upstream.address()), loops.threads(), poolSize);
        if (mustWork && fresh.isUnresolved()) {
            throw new EdgeException(
                    "the route " + route.name() + " names the upstream " + upstream.id() + " at " + upstream.address()
                            + ", but that host name is unknown; use an IP address, or a name that resolves here");
        }
        if (!mustWork) {
            live.put(upstream, fresh);
        }
        return fresh;
    }

    /// Waits for the requests under way on the upstream of that id.
    ///
    /// @return the requests still under way at the deadline
    /// @throws EdgeException when a route names the upstream
    int drain(String id, Duration timeout) throws InterruptedException {
        List<UpstreamState> waiting;
        changing.lock();
        try {
            for (UpstreamState state : live.values()) {
                if (state.id().equals(id)) {
                    throw new EdgeException("the upstream " + id
                            + " still takes requests; put its route without it first, then drain it");
                }
            }
            waiting = retired.stream().filter(state -> state.id().equals(id)).toList();
        } finally {
            changing.unlock();
        }
        long deadline = System.nanoTime() + timeout.toNanos();
        int left = 0;
        for (UpstreamState state : waiting) {
            left += state.awaitDrained(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
        }
        return left;
    }

    /// Ends what looks after the upstreams.
    @Override
    public void close() {
        care.close();
    }
}
