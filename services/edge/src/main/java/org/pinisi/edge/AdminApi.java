package org.pinisi.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.pinisi.http.Address;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpException;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.pinisi.http.Router;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// The edge's interface for its own machine: JSON over HTTP on a unix socket that only its user may open.
///
/// `GET /health`, `GET /routes`, `GET|PUT|DELETE /routes/{name}`, `GET /routes/{name}/stats`, what [Seen]
/// tells, `POST /drain` with `{"upstream": id, "timeoutMillis": n}`, `POST /stop`. Errors are `{"error":
/// "…"}`: 400 for what cannot be understood, 404 for a route that is not there, 409 for what cannot be done
/// as things are.
final class AdminApi implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AdminApi.class);
    private static final int LARGEST_BODY = 1 << 20;
    private static final int LARGEST_TABLE = 32 << 20;
    private static final Duration LONGEST_RELOAD = Duration.ofMinutes(2);
    private static final long LONGEST_DRAIN = Duration.ofHours(1).toMillis();
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    private final Edge edge;
    private final Routes routes;
    private final HttpServer server;

    AdminApi(Edge edge, Routes routes, Seen seen, Loops loops, Path socket) {
        this.edge = edge;
        this.routes = routes;
        Router.Builder router = Router.builder()
                .get("/health", checked(request -> json(200, EdgeJson.health(edge.health()))))
                .get("/routes", checked(request -> json(200, EdgeJson.routes(routes.all()))))
                .get("/routes/{name}", checked(this::route))
                .put("/routes/{name}", checked(this::put))
                .delete("/routes/{name}", checked(this::delete))
                .get("/routes/{name}/stats", checked(this::stats))
                .post("/drain", checked(this::drain))
                .put("/routes", checked(this::putAll))
                .get(
                        "/config",
                        checked(_ -> json(200, ConfigJson.status(configuration().status()))))
                .post("/config/reload", checked(this::reload))
                .post("/stop", checked(this::stop));
        new CertificateApi(edge.certificates()).addTo(router);
        seen.mount(router);
        try {
            Path folder = socket.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            this.server = HttpServer.builder(new Address.Unix(socket), router.build(), loops)
                    .name("edge-admin")
                    .start();
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException | HttpException | IllegalArgumentException failure) {
            throw new EdgeException("cannot open the admin socket " + socket + ": " + failure.getMessage(), failure);
        }
    }

    /// Answers our own exceptions in JSON.
    static Handler checked(Handler handler) {
        return request -> {
            try {
                return handler.handle(request);
            } catch (EdgeException refused) {
                return error(400, refused);
            }
        };
    }

    static Response json(int status, JsonNode node) {
        return Response.bytes(status, "application/json", EdgeJson.bytes(node));
    }

    static Response error(int status, EdgeException refused) {
        return json(status, EdgeJson.object().put("error", String.valueOf(refused.getMessage())));
    }

    private RouteEntry named(Request request) {
        String name = request.pathParameter("name");
        RouteEntry entry = routes.table().named(name);
        if (entry == null) {
            throw new HttpException(404, "there is no route \"" + name + "\"");
        }
        return entry;
    }

    private Response route(Request request) {
        return json(200, EdgeJson.route(named(request).route()));
    }

    private Response stats(Request request) {
        return json(200, EdgeJson.stats(named(request).stats()));
    }

    /// Where a route leads, short enough for a line of the log.
    private static String words(Target target) {
        return switch (target) {
            case Target.Upstreams upstreams -> addresses(upstreams.upstreams());
            case Target.Folder folder -> "folder " + folder.path();
            case Target.Redirect redirect -> "redirect to " + redirect.location();
            case Target.Passthrough through -> "TLS passed on to " + addresses(through.upstreams());
        };
    }

    private static String addresses(List<Upstream> upstreams) {
        return upstreams.stream()
                .map(upstream -> upstream.id() + " at " + upstream.address())
                .collect(Collectors.joining(", "));
    }

    private Response put(Request request) throws IOException {
        EdgeRoute route = EdgeJson.route(EdgeJson.parse(request.bodyAsBytes(LARGEST_BODY)));
        String name = request.pathParameter("name");
        if (!route.name().equals(name)) {
            throw new EdgeException("the path names the route \"" + name + "\", the body \"" + route.name() + "\"");
        }
        try {
            routes.put(route);
        } catch (EdgeException refused) {
            return error(409, refused);
        }
        log.info("event=route-put route={} hosts={} target=\"{}\"", name, route.hosts(), words(route.target()));
        return json(200, EdgeJson.route(route));
    }

    /// The whole table of the admin interface at once: all of it, or nothing.
    private Response putAll(Request request) throws IOException {
        List<EdgeRoute> all = ConfigJson.routes(EdgeJson.parse(request.bodyAsBytes(LARGEST_TABLE)));
        try {
            routes.replaceAll(RouteSource.ADMIN, all);
        } catch (EdgeException refused) {
            return error(409, refused);
        }
        log.info("event=routes-put routes={}", all.size());
        return json(200, EdgeJson.routes(all));
    }

    private EdgeConfiguration configuration() {
        return edge.configuration()
                .orElseThrow(() -> new HttpException(404, "this edge follows no configuration (--config)"));
    }

    private Response reload(Request request) throws InterruptedException {
        try {
            return json(200, ConfigJson.status(configuration().reload(LONGEST_RELOAD)));
        } catch (EdgeException slow) {
            return error(409, slow);
        }
    }

    private Response delete(Request request) {
        String name = named(request).route().name();
        try {
            routes.delete(name);
        } catch (EdgeException refused) {
            return error(409, refused);
        }
        log.info("event=route-deleted route={}", name);
        return json(200, EdgeJson.object().put("deleted", name));
    }

    private Response drain(Request request) throws IOException, InterruptedException {
        JsonNode body = EdgeJson.parse(request.bodyAsBytes(LARGEST_BODY));
        String id = EdgeJson.text(body, "upstream");
        long millis = EdgeJson.number(body, "timeoutMillis");
        if (millis < 0 || millis > LONGEST_DRAIN) {
            throw new EdgeException("\"timeoutMillis\": " + millis + " (expected: 0 to " + LONGEST_DRAIN + ")");
        }
        int left;
        try {
            left = routes.drain(id, Duration.ofMillis(millis));
        } catch (EdgeException refused) {
            return error(409, refused);
        }
        log.info("event=upstream-drained upstream={} in-flight={}", id, left);
        return json(200, EdgeJson.object().put("upstream", id).put("inFlight", left));
    }

    private Response stop(Request request) {
        log.info("event=edge-stop-asked");
        Thread.ofPlatform().name("edge-stop").start(edge::close);
        return json(202, EdgeJson.object().put("stopping", true));
    }

    @Override
    public void close() {
        server.close(LAST_ANSWERS);
    }
}
