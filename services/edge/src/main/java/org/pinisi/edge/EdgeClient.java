package org.pinisi.edge;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpException;
import tools.jackson.databind.JsonNode;

/// Speaks to a running edge over its unix socket. Calls block and may be made by any number of (virtual)
/// threads at once.
///
/// A change is on the edge's disk before the call returns; the next request on any connection follows it.
/// Every call throws [EdgeException] when the edge cannot be reached, answers with an error, or the thread
/// is interrupted (its flag stays set).
public final class EdgeClient implements AutoCloseable {
    private static final int LARGEST_ANSWER = 64 << 20;
    private static final Duration LONGEST_DRAIN = Duration.ofHours(1);
    private static final Duration LONGEST_RELOAD = Duration.ofMinutes(2);
    private static final Duration SPARE = Duration.ofSeconds(10);
    private static final String JSON = "application/json";

    private final Address.Unix address;
    private final HttpClient client = HttpClient.create();

    /// An answer: its status and its JSON.
    private record Reply(int status, JsonNode body) {}

    /// A client of the edge whose admin socket is `adminSocket`. Opens nothing before the first call.
    public EdgeClient(Path adminSocket) {
        this.address = new Address.Unix(adminSocket);
    }

    /// Whether the edge lives, and where it listens.
    public EdgeHealth health() {
        return EdgeJson.health(call(client, ClientRequest.get("/health")).body());
    }

    /// All routes, ordered by name.
    public List<EdgeRoute> routes() {
        List<EdgeRoute> routes = new ArrayList<>();
        for (JsonNode node :
                EdgeJson.list(call(client, ClientRequest.get("/routes")).body(), "routes")) {
            routes.add(EdgeJson.route(node));
        }
        return List.copyOf(routes);
    }

    /// The route of that name, if there is one.
    public Optional<EdgeRoute> route(String name) {
        Reply reply = call(client, ClientRequest.get(path(name)));
        return reply.status() == 404 ? Optional.empty() : Optional.of(EdgeJson.route(reply.body()));
    }

    /// Adds the route, or replaces the one of the same name in one step. Requests under way on upstreams
    /// that are no longer named end normally; idle connections to them are closed.
    ///
    /// @throws EdgeException also when a host belongs to another route, or an upstream's host name is
    ///     unknown;
    ///     nothing is changed then
    public void put(EdgeRoute route) {
        call(client, ClientRequest.of("PUT", path(route.name())).withBody(JSON, EdgeJson.bytes(EdgeJson.route(route))));
    }

    /// Puts these routes in place of all that were put before, in one step. Routes of the edge's
    /// configuration and of its certificate book stay.
    ///
    /// @throws EdgeException also when one of them cannot be used, or two claim a host; nothing is
    ///     changed then
    public void putAll(List<EdgeRoute> routes) {
        call(client, ClientRequest.of("PUT", "/routes").withBody(JSON, EdgeJson.bytes(EdgeJson.routes(routes))));
    }

    /// How it stands with the certificate of each name, sorted.
    public List<CertificateStatus> certificates() {
        return CertificateJson.statuses(
                call(client, ClientRequest.get("/certificates")).body());
    }

    /// How it stands with the certificate of that name, if anything is known of it.
    public Optional<CertificateStatus> certificate(String name) {
        Reply reply = call(client, ClientRequest.get("/certificates/" + CertificateBook.name(name)));
        return reply.status() == 404 ? Optional.empty() : Optional.of(CertificateJson.status(reply.body()));
    }

    /// Asks for a new certificate of that name at once; returns before it is there.
    ///
    /// @throws EdgeException also when the edge keeps no certificate for that name
    public void renew(String name) {
        call(client, ClientRequest.of("POST", "/certificates/" + CertificateBook.name(name) + "/renew"));
    }

    /// How the edge stands to the configuration that it follows, if it follows one.
    public Optional<ConfigStatus> configuration() {
        Reply reply = call(client, ClientRequest.get("/config"));
        return reply.status() == 404 ? Optional.empty() : Optional.of(ConfigJson.status(reply.body()));
    }

    /// Makes the edge look at its configuration now, and waits for how that ends; empty when it follows
    /// none.
    public Optional<ConfigStatus> reload() {
        try (HttpClient patient =
                HttpClient.builder().answerTime(LONGEST_RELOAD.plus(SPARE)).build()) {
            Reply reply = call(patient, ClientRequest.post("/config/reload", JSON, new byte[0]));
            return reply.status() == 404 ? Optional.empty() : Optional.of(ConfigJson.status(reply.body()));
        }
    }

    /// Removes the route; says whether there was one.
    public boolean delete(String name) {
        return call(client, ClientRequest.of("DELETE", path(name))).status() != 404;
    }

    /// What the route did since the edge started, if there is a route of that name.
    public Optional<RouteStats> stats(String name) {
        Reply reply = call(client, ClientRequest.get(path(name) + "/stats"));
        return reply.status() == 404 ? Optional.empty() : Optional.of(EdgeJson.stats(reply.body()));
    }

    /// Waits until no request is under way on an upstream that no route names any more, upgraded
    /// connections included.
    ///
    /// @param timeout at most one hour
    /// @return the requests still under way when the time was up: 0 means drained; also 0 for an
    ///     upstream never
    ///     heard of
    /// @throws EdgeException also when a route still names the upstream
    public int drain(String upstreamId, Duration timeout) {
        if (timeout.isNegative() || timeout.compareTo(LONGEST_DRAIN) > 0) {
            throw new EdgeException("timeout: " + timeout + " (expected: nothing to an hour)");
        }
        byte[] body =
                EdgeJson.bytes(EdgeJson.object().put("upstream", upstreamId).put("timeoutMillis", timeout.toMillis()));
        try (HttpClient patient =
                HttpClient.builder().answerTime(timeout.plus(SPARE)).build()) {
            Reply reply = call(patient, ClientRequest.post("/drain", JSON, body));
            return (int) EdgeJson.number(reply.body(), "inFlight");
        }
    }

    /// How it stands with each name that the edge answers to; what wants a person's eye first.
    public List<NameStatus> names() {
        return NamesJson.list(call(client, ClientRequest.get("/names")).body());
    }

    /// Everything about one name, as routes have it; empty if none has it.
    public Optional<NameReport> name(String host) {
        String segment = URLEncoder.encode(host, StandardCharsets.UTF_8).replace("+", "%20");
        Reply reply = call(client, ClientRequest.get("/names/" + segment));
        return reply.status() == 404 ? Optional.empty() : Optional.of(NamesJson.report(reply.body()));
    }

    /// Tells the edge to end: it accepts nothing new, lets requests under way end, then exits. Returns
    /// at once.
    public void stop() {
        call(client, ClientRequest.of("POST", "/stop"));
    }

    /// Closes the connections. Calls under way fail.
    @Override
    public void close() {
        client.close();
    }

    private static String path(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "._-".indexOf(c) >= 0;
            if (!plain) {
                throw new EdgeException("\"" + name + "\" is no route name");
            }
        }
        return "/routes/" + name;
    }

    private Reply call(HttpClient through, ClientRequest request) {
        try (ClientResponse response = through.send(address, request)) {
            int status = response.status();
            byte[] bytes = response.bodyAsBytes(LARGEST_ANSWER);
            if (status == 404) {
                return new Reply(404, EdgeJson.object());
            }
            JsonNode body = EdgeJson.parse(bytes);
            if (status >= 400) {
                throw new EdgeException("the edge refused: " + EdgeJson.text(body, "error"));
            }
            return new Reply(status, body);
        } catch (HttpException failure) {
            throw new EdgeException(
                    "no edge answers at " + address.path() + ": " + failure.getMessage() + "; is it running?", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EdgeException("interrupted while waiting for the edge at " + address.path(), interrupted);
        }
    }
}
