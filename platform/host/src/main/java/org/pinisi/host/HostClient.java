package org.pinisi.host;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.http.Address;
import org.pinisi.http.ClientRequest;
import org.pinisi.http.ClientResponse;
import org.pinisi.http.HttpClient;
import org.pinisi.http.HttpException;
import tools.jackson.databind.JsonNode;

/// Speaks to a [Host] over its unix socket. Safe for any number of threads, which it blocks; each call throws
/// [HostException] when the host refuses, fails or does not answer.
///
/// What changes something may take as long as a unit's grace, and throws `InterruptedException` when interrupted;
/// the host goes on with it then. What only asks is short: interrupted, it throws a [HostException] `UNREACHABLE`
/// and leaves the thread's interrupt set.
public final class HostClient implements AutoCloseable {
    private static final Duration SLOWEST_ANSWER = Duration.ofMinutes(11);
    private static final Duration SLOWEST_REPORT = Duration.ofSeconds(30);
    private static final int LONGEST_ANSWER = 64 << 20;

    private final Address.Unix address;
    private final HttpClient patient;
    private final HttpClient brisk;

    /// Connects with the first call, and again after the host was restarted.
    public HostClient(Path socket) {
        address = new Address.Unix(socket);
        patient = HttpClient.builder().answerTime(SLOWEST_ANSWER).build();
        brisk = HttpClient.builder().answerTime(SLOWEST_REPORT).build();
    }

    /// Starts a unit and waits until its process runs. Asking again with the same specification changes nothing
    /// while it runs or backs off, and starts it again when it was stopped.
    ///
    /// @throws HostException `CONFLICT` when there is a unit of that name with another specification; `FAILED` when
    ///     its process cannot be started, and then the unit is forgotten
    public UnitStatus start(UnitSpec spec) throws InterruptedException {
        byte[] body = Wire.bytes(Wire.spec(spec, secrets -> secrets));
        return Wire.status(tell(ClientRequest.of("PUT", path(spec.id())).withBody(HostApi.JSON, body)));
    }

    /// The unit of that name, if there is one.
    public Optional<UnitStatus> unit(UnitId id) {
        try {
            return Optional.of(Wire.status(ask(ClientRequest.get(path(id)))));
        } catch (HostException refused) {
            if (refused.kind() == HostException.Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    /// All units, sorted by name.
    public List<UnitStatus> units() {
        List<UnitStatus> units = new ArrayList<>();
        ask(ClientRequest.get("/units")).forEach(unit -> units.add(Wire.status(unit)));
        return List.copyOf(units);
    }

    /// Ends a unit with everything it started (TERM, its grace, KILL) and waits until all is gone. It stays known,
    /// and is not started again by itself. Stopping it twice is fine.
    ///
    /// @throws HostException `NOT_FOUND` when there is no such unit
    public UnitStatus stop(UnitId id) throws InterruptedException {
        return Wire.status(tell(ClientRequest.of("PUT", path(id) + "/stopped")));
    }

    /// Stops a unit if need be and forgets it; its console stays readable until others push it out. Fine when there
    /// is no such unit.
    public void remove(UnitId id) throws InterruptedException {
        try (ClientResponse response = send(patient, ClientRequest.of("DELETE", path(id)))) {
            refuseErrors(response);
        }
    }

    /// Reads a console from a position on (0: the oldest kept), to its present end or following it.
    public ConsoleReader console(UnitId id, long from, boolean follow) {
        return new ConsoleReader(this, id, from, follow);
    }

    /// The last lines a unit wrote, at most `lines` (1 to 10,000), also after its end and removal.
    public List<String> consoleTail(UnitId id, int lines) {
        List<String> tail = new ArrayList<>();
        ask(ClientRequest.get(path(id) + "/console/tail?lines=" + lines)).forEach(line -> tail.add(line.asString()));
        return List.copyOf(tail);
    }

    /// What the host is and can do.
    public HostInfo info() {
        return Wire.info(ask(ClientRequest.get("/info")));
    }

    /// Stops all units at once and waits until they are gone.
    public void stopAll() throws InterruptedException {
        try (ClientResponse response = send(patient, ClientRequest.of("PUT", "/stopped"))) {
            refuseErrors(response);
        }
    }

    @Override
    public void close() {
        patient.close();
        brisk.close();
    }

    ConsoleChunk consoleChunk(UnitId id, long from, boolean follow) throws InterruptedException {
        String target = "%s/console?from=%d&wait=%s".formatted(path(id), from, follow);
        try (ClientResponse response = send(brisk, ClientRequest.get(target))) {
            refuseErrors(response);
            return new ConsoleChunk(
                    Long.parseLong(field(response, "Console-From")),
                    response.bodyAsBytes(Consoles.CHUNK_BYTES),
                    field(response, "Console-Ended").equals("true"));
        }
    }

    private JsonNode ask(ClientRequest request) {
        try {
            return json(brisk, request);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new HostException(
                    HostException.Kind.UNREACHABLE, "interrupted while asking the host " + request, interruption);
        }
    }

    private JsonNode tell(ClientRequest request) throws InterruptedException {
        return json(patient, request);
    }

    private JsonNode json(HttpClient http, ClientRequest request) throws InterruptedException {
        try (ClientResponse response = send(http, request)) {
            refuseErrors(response);
            return Wire.parse(response.bodyAsBytes(LONGEST_ANSWER));
        } catch (HttpException broken) {
            throw unreachable(broken);
        }
    }

    private ClientResponse send(HttpClient http, ClientRequest request) throws InterruptedException {
        try {
            return http.send(address, request);
        } catch (HttpException broken) {
            throw unreachable(broken);
        }
    }

    private static void refuseErrors(ClientResponse response) throws InterruptedException {
        if (response.status() < 300) {
            return;
        }
        byte[] body = response.bodyAsBytes(LONGEST_ANSWER);
        boolean json = response.fields().first("Content-Type").orElse("").startsWith(HostApi.JSON);
        if (!json) {
            throw new HostException(HostException.Kind.FAILED, "the host answered with status " + response.status());
        }
        JsonNode node = Wire.parse(body);
        throw new HostException(HostException.Kind.valueOf(Wire.string(node, "kind")), Wire.string(node, "message"));
    }

    private HostException unreachable(HttpException broken) {
        return new HostException(
                HostException.Kind.UNREACHABLE,
                "no host answers at %s (is it running?): %s".formatted(address.path(), broken.getMessage()),
                broken);
    }

    private static String field(ClientResponse response, String name) {
        return response.fields()
                .first(name)
                .orElseThrow(() -> new HostException(HostException.Kind.FAILED, "the host's answer lacks " + name));
    }

    private static String path(UnitId id) {
        return "/units/" + id;
    }
}
