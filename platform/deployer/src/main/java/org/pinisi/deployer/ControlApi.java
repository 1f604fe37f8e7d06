package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.pinisi.http.Handler;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.pinisi.http.Router;

/// The control plane's interface for programs of its own machine: JSON over HTTP over a unix socket that
/// only its owner may open, which is all the access control there is. [ControlClient] is its other end.
public final class ControlApi implements Handler {
    private static final int MAX_BODY = 1 << 20;
    private static final int MAX_TAIL = 10_000;
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final Deployments deployments;
    private final Runnable stop;
    private final Json json = new Json();
    private final Router router;

    /// @param status the whole installation's status, as JSON
    /// @param stop begins to stop everything; returns at once
    public ControlApi(Deployments deployments, Supplier<String> status, Runnable stop) {
        this.deployments = deployments;
        this.stop = stop;
        this.router = Router.builder()
                .get("/status", _ -> Response.json(200, status.get()))
                .post("/stop", this::stop)
                .get("/apps", _ -> answer(deployments.apps()))
                .get("/apps/{app}", request -> answer(deployments.app(app(request))))
                .get("/apps/{app}/releases", request -> answer(deployments.releases(app(request))))
                .post("/apps/{app}/rollback", this::rollback)
                .post("/apps/{app}/deploy", request -> answer(deployments.redeploy(app(request), by(request))))
                .get("/apps/{app}/settings", request -> answer(deployments.settings(app(request))))
                .post("/apps/{app}/settings", this::change)
                .get("/apps/{app}/domains", request -> answer(deployments.domains(app(request))))
                .post("/apps/{app}/domains", this::addDomain)
                .delete("/apps/{app}/domains/{name}", this::removeDomain)
                .get("/apps/{app}/console", this::console)
                .get("/runs", this::runs)
                .get("/runs/{run}", request -> answer(deployments.run(run(request))))
                .get("/runs/{run}/follow", this::follow)
                .get("/jobs/{job...}", this::jobLog)
                .build();
    }

    /// A change of settings as it is sent.
    ///
    /// @param set names and values to set
    /// @param unset names to remove
    /// @param secret whether they are secrets
    record Change(Map<String, String> set, List<String> unset, boolean secret) {
        Change {
            set = Map.copyOf(set);
            unset = List.copyOf(unset);
        }
    }

    /// A choice of release; 0 = the one that served before.
    record Choice(int release) {}

    /// What went wrong, as it is sent.
    record Problem(String kind, String message) {}

    @Override
    public Response handle(Request request) throws Exception {
        try {
            return router.handle(request);
        } catch (DeployerException problem) {
            int code = switch (problem.kind()) {
                case NOT_FOUND -> 404;
                case BAD_REQUEST -> 400;
                case UNREACHABLE, FAILED -> 500;
            };
            Problem body = new Problem(problem.kind().name(), String.valueOf(problem.getMessage()));
            return Response.json(code, json.write(body));
        }
    }

    private Response answer(Object value) {
        return Response.json(200, json.write(value));
    }

    private Response stop(Request request) {
        stop.run();
        return Response.json(202, "{}");
    }

    private Response rollback(Request request) throws IOException {
        Choice choice = json.read(new String(request.bodyAsBytes(MAX_BODY), UTF_8), Choice.class);
        OptionalInt release = choice.release() == 0 ? OptionalInt.empty() : OptionalInt.of(choice.release());
        return answer(deployments.rollback(app(request), release, by(request)));
    }

    private Response change(Request request) throws IOException {
        Change change = json.read(new String(request.bodyAsBytes(MAX_BODY), UTF_8), Change.class);
        Optional<Run> run = change.unset().isEmpty()
                ? deployments.set(app(request), change.set(), change.secret(), by(request))
                : deployments.unset(app(request), change.unset(), change.secret(), by(request));
        return answer(run.map(List::of).orElse(List.of()));
    }

    private Response addDomain(Request request) throws IOException {
        AppDomain domain = json.read(new String(request.bodyAsBytes(MAX_BODY), UTF_8), AppDomain.class);
        return answer(deployments.addDomain(app(request), domain.name(), domain.redirect(), by(request)));
    }

    private Response removeDomain(Request request) {
        return answer(deployments.removeDomain(app(request), request.pathParameter("name"), by(request)));
    }

    private Response runs(Request request) {
        return answer(deployments.runs(request.query("app"), number(request, "limit", 50)));
    }

    private Response follow(Request request) {
        long run = run(request);
        deployments.run(run);
        return Response.stream(
                200,
                "text/plain; charset=utf-8",
                out -> deployments.follow(run, line -> {
                    try {
                        out.write((line + "\n").getBytes(UTF_8));
                        out.flush();
                    } catch (IOException gone) {
                        throw new java.io.UncheckedIOException(gone);
                    }
                }));
    }

    private Response console(Request request) {
        boolean follow = request.query("follow").map("true"::equals).orElse(false);
        int lines = Math.clamp(number(request, "lines", 100), 0, MAX_TAIL);
        Tail tail = deployments.console(app(request), lines, follow);
        return Response.stream(200, "text/plain; charset=utf-8", out -> copy(tail, out));
    }

    private Response jobLog(Request request) {
        boolean follow = request.query("follow").map("true"::equals).orElse(false);
        Tail tail = deployments.jobLog(request.pathParameter("job"), 0);
        return Response.stream(200, "text/plain; charset=utf-8", out -> {
            if (follow) {
                copy(tail, out);
                return;
            }
            try (tail) {
                byte[] bytes = tail.read(Duration.ZERO);
                while (bytes.length > 0) {
                    out.write(bytes);
                    bytes = tail.read(Duration.ZERO);
                }
            }
        });
    }

    private static void copy(Tail tail, OutputStream out) throws IOException, InterruptedException {
        try (tail) {
            while (!tail.ended()) {
                byte[] bytes = tail.read(WAIT);
                if (bytes.length > 0) {
                    out.write(bytes);
                    out.flush();
                }
            }
        }
    }

    private static String app(Request request) {
        return request.pathParameter("app");
    }

    private static long run(Request request) {
        try {
            return Long.parseLong(request.pathParameter("run"));
        } catch (NumberFormatException notANumber) {
            throw DeployerException.badRequest("a run is a number, found \"" + request.pathParameter("run") + "\"");
        }
    }

    private static int number(Request request, String name, int otherwise) {
        try {
            return request.query(name).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException notANumber) {
            throw DeployerException.badRequest(name + ": expected a number");
        }
    }

    private static String by(Request request) {
        return request.fields().first("Pinisi-User").orElse("a user of this machine");
    }
}
