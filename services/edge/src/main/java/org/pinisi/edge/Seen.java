package org.pinisi.edge;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Address;
import org.pinisi.http.HttpException;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.pinisi.http.Router;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What can be seen of a running edge: `GET /metrics`, `GET /names` and `GET /names/{host}`, at the admin
/// socket and, if wanted, at an address of their own. Keeps the windows of all routes moving.
final class Seen implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Seen.class);

    private final Routes routes;
    private final Names names;
    private final EdgeMetrics metrics;
    private final Thread ticker;
    private @Nullable HttpServer server;

    Seen(Routes routes, Names names, EdgeMetrics metrics) {
        this.routes = routes;
        this.names = names;
        this.metrics = metrics;
        this.ticker = Thread.ofVirtual().name("edge-windows").start(this::tick);
    }

    private void tick() {
        try {
            while (true) {
                TimeUnit.SECONDS.sleep(RouteWindows.TICK.toSeconds());
                for (RouteEntry entry : routes.table().entries()) {
                    entry.counters().windows().tick(System.nanoTime());
                }
            }
        } catch (InterruptedException closed) {
            log.debug("event=edge-windows-closed");
        }
    }

    /// Adds what it answers to a router.
    void mount(Router.Builder router) {
        router.get("/metrics", this::metrics)
                .get(
                        "/names",
                        _ -> Response.bytes(200, "application/json", EdgeJson.bytes(NamesJson.list(names.all()))))
                .get("/names/{host}", this::name);
    }

    private Response metrics(Request request) {
        boolean open = request.fields().first("Accept").orElse("").contains("application/openmetrics-text");
        return Response.bytes(200, open ? MetricsText.OPEN_METRICS : MetricsText.PROMETHEUS, metrics.write(open));
    }

    private Response name(Request request) {
        String host = request.pathParameter("host").toLowerCase(Locale.ROOT);
        NameReport report =
                names.report(host).orElseThrow(() -> new HttpException(404, "no route has the name \"" + host + "\""));
        return Response.bytes(200, "application/json", EdgeJson.bytes(NamesJson.report(report)));
    }

    /// Opens the address of its own.
    ///
    /// @throws EdgeException when it cannot be used
    void listen(Address address, Loops loops) {
        Router.Builder router = Router.builder();
        mount(router);
        try {
            server = HttpServer.builder(address, router.build(), loops)
                    .name("edge-metrics")
                    .start();
        } catch (HttpException | IllegalArgumentException failure) {
            throw new EdgeException("cannot tell metrics at " + address + ": " + failure.getMessage(), failure);
        }
    }

    /// Where metrics are told, if they have an address of their own.
    @Nullable
    Address address() {
        HttpServer opened = server;
        return opened == null ? null : opened.address();
    }

    @Override
    public void close() {
        ticker.interrupt();
        HttpServer opened = server;
        if (opened != null) {
            opened.close();
        }
    }
}
