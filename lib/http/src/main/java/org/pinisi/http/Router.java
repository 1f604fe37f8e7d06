package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// Chooses a handler by method and path. Immutable, thread-safe.
///
/// Patterns are made of whole segments: words, `{name}` for one segment that is not empty, and as the last
/// one `{name...}` for the rest of the path, slashes included. Of several patterns that match, the more
/// particular wins. HEAD goes where GET goes. What matches no pattern is answered 404, a method that a path
/// does not know 405 with Allow.
public final class Router implements Handler {
    private final List<Route> routes;
    private final Handler notFound;

    private record Route(String method, PathPattern pattern, Handler handler) {}

    private Router(List<Route> routes, Handler notFound) {
        this.routes = routes;
        this.notFound = notFound;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Response handle(Request request) throws Exception {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        TreeSet<String> allowed = new TreeSet<>();
        for (Route route : routes) {
            Map<String, String> parameters = route.pattern.match(request.segments());
            if (parameters == null) {
                continue;
            }
            if (route.method.equals(method)) {
                return route.handler.handle(request.withPathParameters(parameters));
            }
            allowed.add(route.method);
        }
        if (allowed.isEmpty()) {
            return notFound.handle(request);
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        allowed.add("OPTIONS");
        String allow = String.join(", ", allowed);
        if (method.equals("OPTIONS")) {
            return Response.empty(204).with("Allow", allow);
        }
        return Response.text(405, "This address knows only " + allow + ".\n").with("Allow", allow);
    }

    /// Collects routes. Not thread-safe.
    public static final class Builder {
        private final List<Route> routes = new ArrayList<>();
        private Handler notFound = _ -> Response.text(404, "There is nothing at this address.\n");

        private Builder() {}

        /// Throws IllegalArgumentException if the pattern is malformed or this method and pattern are taken.
        public Builder route(String method, String pattern, Handler handler) {
            Route route = new Route(
                    requireNonNull(method, "method"), new PathPattern(pattern), requireNonNull(handler, "handler"));
            for (Route other : routes) {
                if (other.method.equals(method) && other.pattern.equals(route.pattern)) {
                    throw new IllegalArgumentException(method + " " + pattern + ": given twice");
                }
            }
            routes.add(route);
            return this;
        }

        public Builder get(String pattern, Handler handler) {
            return route("GET", pattern, handler);
        }

        public Builder post(String pattern, Handler handler) {
            return route("POST", pattern, handler);
        }

        public Builder put(String pattern, Handler handler) {
            return route("PUT", pattern, handler);
        }

        public Builder delete(String pattern, Handler handler) {
            return route("DELETE", pattern, handler);
        }

        /// What answers a path that matches no pattern.
        public Builder notFound(Handler handler) {
            notFound = requireNonNull(handler, "handler");
            return this;
        }

        public Router build() {
            List<Route> sorted = new ArrayList<>(routes);
            sorted.sort(Comparator.comparing(Route::pattern));
            return new Router(List.copyOf(sorted), notFound);
        }
    }
}
