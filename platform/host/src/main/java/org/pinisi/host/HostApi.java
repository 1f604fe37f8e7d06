package org.pinisi.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpException;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.pinisi.http.Router;
import org.pinisi.process.ProcessException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// The host's doors, as HTTP:
///
/// | request | answer |
/// |---|---|
/// | `GET /info` | the host |
/// | `GET /units` | all units |
/// | `PUT /units/{id}` with a specification | the unit, started |
/// | `GET /units/{id}` | the unit, or 404 |
/// | `PUT /units/{id}/stopped` | the unit, stopped |
/// | `DELETE /units/{id}` | 204, also when there is none |
/// | `PUT /stopped` | 204 when all are stopped |
/// | `GET /units/{id}/console?from=N&wait=true` | bytes from a position on, with `Console-From`, `Console-Ended` |
/// | `GET /units/{id}/console/tail?lines=N` | the last lines |
///
/// All may be asked twice with the effect of once, so that a client may repeat what a restart of the host cut off.
final class HostApi {
    static final Duration PATIENCE = Duration.ofSeconds(15);
    static final String JSON = "application/json";
    private static final int LONGEST_BODY = 4 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(HostApi.class);

    private final HostCore core;

    HostApi(HostCore core) {
        this.core = core;
    }

    Handler handler() {
        return guarded(Router.builder()
                .route("GET", "/info", _ -> json(Wire.info(core.info())))
                .route("GET", "/units", _ -> json(list(core.units().all())))
                .route("PUT", "/units/{id}", this::start)
                .route("GET", "/units/{id}", this::unit)
                .route("PUT", "/units/{id}/stopped", this::stop)
                .route("DELETE", "/units/{id}", this::remove)
                .route("PUT", "/stopped", _ -> stopAll())
                .route("GET", "/units/{id}/console", this::console)
                .route("GET", "/units/{id}/console/tail", this::tail)
                .build());
    }

    private Response start(Request request) throws InterruptedException, IOException {
        JsonNode body = Wire.parse(request.bodyAsBytes(LONGEST_BODY));
        UnitSpec spec = Wire.spec(body, secrets -> secrets);
        if (!spec.id().equals(id(request))) {
            throw new IllegalArgumentException("id: the path names " + id(request) + ", the body " + spec.id());
        }
        return json(Wire.status(
                Detached.call("start-" + spec.id(), () -> core.units().start(spec))));
    }

    private Response unit(Request request) {
        UnitId id = id(request);
        return json(Wire.status(core.units()
                .status(id)
                .orElseThrow(() -> new HostException(HostException.Kind.NOT_FOUND, "there is no unit " + id))));
    }

    private Response stop(Request request) throws InterruptedException {
        UnitId id = id(request);
        return json(Wire.status(Detached.call("stop-" + id, () -> core.units().stop(id))));
    }

    private Response remove(Request request) throws InterruptedException {
        UnitId id = id(request);
        return Detached.call("remove-" + id, () -> {
            core.units().remove(id);
            return Response.empty(204);
        });
    }

    private Response stopAll() throws InterruptedException {
        return Detached.call("stop-all", () -> {
            core.units().stopAll();
            return Response.empty(204);
        });
    }

    private Response console(Request request) throws InterruptedException {
        long from = number(request.query("from").orElse("0"), "from");
        boolean wait = request.query("wait").orElse("false").equals("true");
        ConsoleChunk chunk = core.console(id(request), from, wait ? PATIENCE : Duration.ZERO);
        return Response.bytes(200, "application/octet-stream", chunk.bytes())
                .with("Console-From", Long.toString(chunk.from()))
                .with("Console-Ended", Boolean.toString(chunk.ended()));
    }

    private Response tail(Request request) {
        ArrayNode lines = Wire.array();
        core.tail(id(request), (int) number(request.query("lines").orElse("100"), "lines"))
                .forEach(lines::add);
        return json(lines);
    }

    private static Handler guarded(Handler inner) {
        return request -> {
            try {
                return inner.handle(request);
            } catch (HostException refused) {
                return error(refused.kind(), refused.getMessage());
            } catch (IllegalArgumentException malformed) {
                return error(HostException.Kind.INVALID, malformed.getMessage());
            } catch (ProcessException failure) {
                return error(HostException.Kind.FAILED, failure.getMessage());
            } catch (HttpException | InterruptedException | IOException expected) {
                throw expected;
            } catch (RuntimeException defect) {
                LOG.error("event=request-failed method={} path={}", request.method(), request.rawPath(), defect);
                return error(HostException.Kind.FAILED, "a defect in the host: " + defect);
            }
        };
    }

    private static Response error(HostException.Kind kind, @Nullable String message) {
        int status = switch (kind) {
            case INVALID -> 400;
            case NOT_FOUND -> 404;
            case CONFLICT -> 409;
            case UNREACHABLE, FAILED -> 500;
        };
        JsonNode body = Wire.object().put("kind", kind.name()).put("message", String.valueOf(message));
        return Response.bytes(status, JSON, Wire.bytes(body));
    }

    private static UnitId id(Request request) {
        return new UnitId(request.pathParameter("id"));
    }

    private static long number(String text, String name) {
        if (!text.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(name + ": expected a whole number, found \"" + text + "\"");
        }
        return Long.parseLong(text);
    }

    private static ArrayNode list(List<UnitStatus> units) {
        ArrayNode list = Wire.array();
        units.forEach(unit -> list.add(Wire.status(unit)));
        return list;
    }

    private static Response json(JsonNode node) {
        return Response.bytes(200, JSON, Wire.text(node).getBytes(UTF_8));
    }
}
