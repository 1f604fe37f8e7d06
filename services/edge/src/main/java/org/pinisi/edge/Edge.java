package org.pinisi.edge;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Address;
import org.pinisi.http.Loops;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running edge: the listeners, the proxy, and the admin socket.
///
/// Routes are read from their file before the first listener opens, so a killed edge is back with all of them at
/// once. Thread-safe.
public final class Edge implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Edge.class);

    private final EdgeConfig config;
    private final InstantSource time;
    private final Loops loops;
    private final @Nullable AccessLog accessLog;
    private final LoopStates states;
    private final Routes routes;
    private final Proxy proxy;
    private final Listeners listeners;
    private final Instant started;
    private volatile @Nullable AdminApi admin;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);

    private Edge(EdgeConfig config, FolderServing folders, InstantSource time) {
        this.config = config;
        this.time = time;
        this.started = time.instant();
        this.accessLog = config.accessLog() == null
                ? null
                : new AccessLog(
                        config.accessLog(),
                        config.accessLogBytes(),
                        config.accessLogFiles(),
                        config.accessLogStyle(),
                        time);
        this.loops = Loops.create("edge", config.loops());
        this.states = new LoopStates(loops, accessLog);
        this.routes = new Routes(
                new RoutesFile(config.routesFile(), time),
                loops,
                config.limits().poolSize(),
                folders,
                states::leave);
        this.proxy = new Proxy(routes, loops, config.limits(), accessLog != null, time);
        states.use(proxy);
        this.listeners = new Listeners(loops, proxy, states);
    }

    /// Starts an edge and returns when it listens.
    ///
    /// @param folders what serves the routes that lead to folders
    /// @throws EdgeException when an address is taken, a file cannot be used, or another edge lives at the admin
    /// socket
    public static Edge start(EdgeConfig config, FolderServing folders) {
        return start(config, folders, InstantSource.system());
    }

    static Edge start(EdgeConfig config, FolderServing folders, InstantSource time) {
        Edge edge = new Edge(config, folders, time);
        try {
            edge.open();
            return edge;
        } catch (RuntimeException failure) {
            edge.close();
            throw failure;
        }
    }

    private void open() {
        routes.load();
        admin = new AdminApi(this, routes, loops, config.adminSocket());
        listeners.open(config.listen());
        log.info(
                "event=edge-started addresses={} routes={} transport={} loops={}",
                listeners.addresses(),
                routes.all().size(),
                loops.transport(),
                loops.threads());
    }

    /// Where it listens, with the real ports where 0 was asked for; in the order of the configuration.
    public List<Address> addresses() {
        return listeners.addresses();
    }

    EdgeHealth health() {
        String version = Edge.class.getPackage().getImplementationVersion();
        return new EdgeHealth(
                version == null ? "development" : version,
                ProcessHandle.current().pid(),
                started,
                addresses(),
                routes.all().size(),
                proxy.clients(),
                accessLog == null ? 0 : accessLog.dropped());
    }

    Routes routes() {
        return routes;
    }

    /// Waits until the edge has ended, by [#close] or by a stop through the admin socket.
    public void awaitStopped() throws InterruptedException {
        stopped.await();
    }

    /// Ends: accepts nothing new, lets requests under way end within the configured time, then closes everything. A
    /// second call
    /// waits for the first.
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            awaitOther();
            return;
        }
        try {
            listeners.close();
            proxy.stop();
            awaitClients(config.limits().stopTime());
            listeners.closeClients();
            AdminApi opened = admin;
            if (opened != null) {
                opened.close();
            }
            states.flushLogs();
            loops.close();
            if (accessLog != null) {
                accessLog.close();
            }
            log.info(
                    "event=edge-stopped uptime-seconds={}",
                    Duration.between(started, time.instant()).toSeconds());
        } finally {
            stopped.countDown();
        }
    }

    private void awaitOther() {
        try {
            if (!stopped.await(config.limits().stopTime().plusSeconds(30).toMillis(), TimeUnit.MILLISECONDS)) {
                throw new EdgeException("the edge did not end in time");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitClients(Duration most) {
        try {
            if (!proxy.awaitNoClients(most)) {
                log.warn("event=edge-stop-cut connections={}", proxy.clients());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
