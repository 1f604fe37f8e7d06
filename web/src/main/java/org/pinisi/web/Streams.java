package org.pinisi.web;

import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.pinisi.deployer.Deployments;
import org.pinisi.deployer.Tail;
import org.pinisi.http.BodyWriter;
import org.pinisi.http.EventSource;
import org.pinisi.http.HttpException;
import org.pinisi.http.Response;

/// What goes on while it is sent: streams of events, and logs as text.
final class Streams {
    /// As many streams of events go out at a time; each costs a thread and a connection.
    static final int MOST = 256;

    /// The longest that one text may take to be sent.
    private static final Duration LONGEST_TEXT = Duration.ofMinutes(10);

    /// The longest wait for bytes that are there already.
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final int TEXT_LINES = 10_000;

    private final Deployments deployments;
    private final InstantSource clock;
    private final String mark;
    private final int most;
    private final Semaphore free;

    /// @param most how many streams of events may go out at a time
    Streams(Deployments deployments, InstantSource clock, String mark, int most) {
        this.deployments = deployments;
        this.clock = clock;
        this.mark = mark;
        this.most = most;
        this.free = new Semaphore(most);
    }

    Response changes(Optional<String> seen) {
        return events(new ChangeEvents(deployments.changes(), mark, seen, clock));
    }

    Response log(String job, Optional<String> from) {
        // A log that is not there is said now, while the answer can still be 404.
        deployments.jobLog(job, 0).close();
        return events(
                new JobEvents(deployments, job, from.flatMap(Offsets::parse).orElse(0L), clock));
    }

    Response console(String app) {
        deployments.app(app);
        return events(new ConsoleEvents(deployments, app, AppPage.CONSOLE_LINES, clock));
    }

    Response logText(String job) {
        deployments.jobLog(job, 0).close();
        return text(out -> copy(deployments.jobLog(job, 0), out));
    }

    Response consoleText(String app) {
        deployments.app(app);
        return text(out -> copy(deployments.console(app, TEXT_LINES, false), out));
    }

    private static Response text(BodyWriter writer) {
        return Response.stream(200, "text/plain; charset=utf-8", writer).with("Cache-Control", "no-store");
    }

    private void copy(Tail opened, OutputStream out) throws Exception {
        Instant end = clock.instant().plus(LONGEST_TEXT);
        try (Tail tail = opened) {
            while (!tail.ended() && clock.instant().isBefore(end)) {
                byte[] bytes = tail.read(LOOK);
                if (bytes.length == 0) {
                    return;
                }
                out.write(bytes);
            }
        }
    }

    private Response events(EventSource source) {
        if (free.availablePermits() == 0) {
            throw tooMany();
        }
        return Response.events(sink -> {
            if (!free.tryAcquire()) {
                throw tooMany();
            }
            try {
                source.run(sink);
            } finally {
                free.release();
            }
        });
    }

    private HttpException tooMany() {
        return new HttpException(503, most + " streams go out already; close some of the pages and try again");
    }
}
