package org.pinisi.web;

import static java.util.Objects.requireNonNull;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.pinisi.deployer.DeployerException;
import org.pinisi.deployer.Deployments;
import org.pinisi.edge.EdgeException;
import org.pinisi.http.Handler;
import org.pinisi.http.HttpException;
import org.pinisi.http.Request;
import org.pinisi.http.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The pages of the control plane:
///
/// | path | what |
/// |---|---|
/// | `/` | what goes on, the apps, the newest runs; before the first push, how to push |
/// | `/apps/{app}` | one app: releases, units, runs, names of its settings, its console |
/// | `/apps/{app}/console`, `/apps/{app}/console.txt` | what it writes: followed as server-sent events; the last lines
/// as text |
/// | `/runs`, `/runs?app={app}` | the newest runs |
/// | `/runs/{id}`, `/runs/{id}?job={job}` | one run: its pipeline, its steps, the log of one job |
/// | `/names`, `/names/{host}` | the names that the edge answers to; one of them: requests, latencies, upstreams,
/// certificate |
/// | `/jobs/{job…}/log`, `/jobs/{job…}/log.txt` | a job's log: followed as server-sent events from a byte offset; all
/// of it as text |
/// | `/events` | an event whenever anything has changed |
/// | `/assets/…` | style sheet, script, icon |
///
/// They only show; nothing here changes anything, and each shows the command that would. All can be read
/// without script. What apps and commits say is text, never markup. Requests for foreign host names are
/// refused with 421.
///
/// Safe for any number of threads; blocks as the [Deployments] do, and in the streams for as long as the
/// browser stays.
public final class Pages implements Handler {
    private static final Logger log = LoggerFactory.getLogger(Pages.class);
    private static final Pattern JOB = Pattern.compile("[A-Za-z0-9._:@=+~-]{1,120}(/[A-Za-z0-9._:@=+~-]{1,120}){0,7}");
    private static final String POLICY =
            "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'none';" + " frame-ancestors 'none'";

    private final HostNames hostNames;
    private final Assets assets;
    private final PageMaker pages;
    private final Streams streams;

    /// The pages over what `deployments` and `names` tell.
    ///
    /// @param addresses what commands and links on the pages say
    /// @param clock the present moment, for ages and for the length of streams
    public Pages(Deployments deployments, Names names, PageAddresses addresses, InstantSource clock) {
        requireNonNull(deployments, "deployments");
        requireNonNull(names, "names");
        requireNonNull(clock, "clock");
        // Tells the numbers of this start from those of the last.
        String mark = UUID.randomUUID().toString().substring(0, 8);
        this.hostNames = new HostNames(addresses.hostNames());
        this.assets = new Assets();
        this.pages = new PageMaker(deployments, names, addresses, clock, assets, mark);
        this.streams = new Streams(deployments, clock, mark, Streams.MOST);
    }

    @Override
    public Response handle(Request request) throws Exception {
        return guarded(answer(request));
    }

    private Response answer(Request request) throws Exception {
        String host = request.fields().first("Host").orElse("");
        if (!hostNames.allows(host)) {
            log.warn("event=foreign-host path={}", request.rawPath());
            return pages.problem(
                    421,
                    "This is not the place",
                    "These pages answer to IP addresses, localhost and the names that were set, and to no other name.");
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return pages.problem(
                            405, "These pages only show", "To change something, use the command line: ./pinisi --help")
                    .with("Allow", "GET, HEAD");
        }
        try {
            return route(request, request.segments());
        } catch (DeployerException e) {
            return problem(request, e);
        } catch (EdgeException e) {
            log.warn("event=page-failed path={} status=503", request.rawPath(), e);
            return pages.problem(503, "The edge does not answer", String.valueOf(e.getMessage()));
        } catch (HttpException e) {
            return pages.problem(e.status(), "That did not work", String.valueOf(e.getMessage()));
        }
    }

    private Response route(Request request, List<String> segments) throws InterruptedException {
        String first = segments.getFirst();
        int size = segments.size();
        if (size == 1) {
            return switch (first) {
                case "" -> pages.home();
                case "events" -> streams.changes(request.query("seen"));
                case "runs" -> pages.runs(request.query("app"));
                case "names" -> pages.names();
                case "apps" -> Response.redirect(302, "/");
                default -> missing();
            };
        }
        String second = segments.get(1);
        return switch (first) {
            case "assets" -> size == 2 ? assets.answer(second, request).orElseGet(this::missing) : missing();
            case "apps" -> app(second, segments.subList(2, size));
            case "names" -> size == 2 ? pages.name(second.toLowerCase(Locale.ROOT)) : missing();
            case "runs" -> size == 2 ? pages.run(runId(second), request.query("job")) : missing();
            case "jobs" -> job(request, segments.subList(1, size));
            default -> missing();
        };
    }

    private Response app(String app, List<String> rest) throws InterruptedException {
        if (rest.isEmpty()) {
            return pages.app(app);
        }
        return switch (String.join("/", rest)) {
            case "console" -> streams.console(app);
            case "console.txt" -> streams.consoleText(app);
            default -> missing();
        };
    }

    private Response job(Request request, List<String> segments) {
        String job = String.join("/", segments.subList(0, segments.size() - 1));
        if (!JOB.matcher(job).matches()) {
            return missing();
        }
        return switch (segments.getLast()) {
            case "log" -> streams.log(job, request.query("from"));
            case "log.txt" -> streams.logText(job);
            default -> missing();
        };
    }

    private static long runId(String text) {
        return Offsets.parse(text)
                .orElseThrow(() -> new HttpException(404, "A run has a number, such as /runs/12; this is none."));
    }

    private Response missing() {
        return pages.problem(
                404, "There is no such page", "The address may be mistyped. Everything begins on the first page.");
    }

    private Response problem(Request request, DeployerException e) {
        String message = Optional.ofNullable(e.getMessage()).orElse("");
        return switch (e.kind()) {
            case NOT_FOUND -> pages.problem(404, "There is no such thing", message);
            case BAD_REQUEST -> pages.problem(400, "That cannot be asked", message);
            case UNREACHABLE -> failed(request, 503, message, e);
            case FAILED -> failed(request, 500, message, e);
        };
    }

    private Response failed(Request request, int status, String message, DeployerException e) {
        log.warn("event=page-failed path={} status={}", request.rawPath(), status, e);
        return pages.problem(status, "That did not work", message);
    }

    private static Response guarded(Response response) {
        return response.with("Content-Security-Policy", POLICY)
                .with("X-Frame-Options", "DENY")
                .with("X-Content-Type-Options", "nosniff")
                .with("Referrer-Policy", "no-referrer")
                .with("Cross-Origin-Opener-Policy", "same-origin")
                .with("Cross-Origin-Resource-Policy", "same-origin");
    }
}
