package org.pinisi.deployer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.pinisi.host.HostClient;
import org.pinisi.host.UnitId;
import org.pinisi.host.UnitState;
import org.pinisi.host.UnitStatus;

/// Waits until a fresh unit answers below 500, or finds out that it will not: it ended, or its deadline has
/// passed.
final class HealthCheck {
    private static final int TAIL_LINES = 15;
    private static final Duration EAGER = Duration.ofSeconds(2);
    private static final Duration EAGER_INTERVAL = Duration.ofMillis(15);
    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(5);
    private static final Duration TELLING = Duration.ofMillis(100);

    private final HostClient host;
    private final Probe probe;
    private final InstantSource clock;

    HealthCheck(HostClient host, Probe probe, InstantSource clock) {
        this.host = host;
        this.probe = probe;
        this.clock = clock;
    }

    /// Blocks until the unit is healthy; returns a line such as `GET / → 200`.
    ///
    /// @param secrets values that must not be shown should the app print them as it fails
    /// @throws DeployerException when it is not going to be; the message ends with the app's last lines
    String await(UnitStatus unit, String hostName, Release.Settings settings, Map<String, String> secrets)
            throws InterruptedException {
        Instant begin = clock.instant();
        Duration deadline = Duration.ofMillis(settings.healthDeadlineMillis());
        Duration interval = Duration.ofMillis(settings.healthIntervalMillis());
        String request = "GET " + settings.healthPath();
        String last = "";
        while (true) {
            Duration left = deadline.minus(Duration.between(begin, clock.instant()));
            try {
                int status = probe.get(unit.port(), hostName, settings.healthPath(), atMost(left, LONGEST_ANSWER));
                if (status < 500) {
                    return request + " → " + status;
                }
                last = "answered " + status;
            } catch (IOException noAnswer) {
                // A look at the last moment has no time to hear an answer.
                if (last.isEmpty() || left.compareTo(TELLING) >= 0) {
                    last = noAnswer.getMessage() == null ? noAnswer.getClass().getSimpleName() : noAnswer.getMessage();
                }
            }
            refuseWhenEnded(unit.id(), request, secrets);
            Duration waited = Duration.between(begin, clock.instant());
            if (waited.compareTo(deadline) >= 0) {
                throw failed(unit.id(), request + " is not healthy after " + seconds(deadline) + ": " + last, secrets);
            }
            Duration pause = waited.compareTo(EAGER) < 0 ? atMost(interval, EAGER_INTERVAL) : interval;
            TimeUnit.NANOSECONDS.sleep(atMost(pause, deadline.minus(waited)).toNanos());
        }
    }

    private void refuseWhenEnded(UnitId id, String request, Map<String, String> secrets) {
        UnitState state = host.unit(id)
                .map(UnitStatus::state)
                .orElseThrow(
                        () -> DeployerException.failed("the unit " + id.value() + " was removed while it was checked"));
        switch (state) {
            case UnitState.Starting _, UnitState.Running _ -> {}
            case UnitState.BackingOff backing ->
                throw failed(
                        id,
                        "the app ended (" + backing.lastExit().describe() + ") before it answered " + request,
                        secrets);
            case UnitState.Stopped stopped ->
                throw failed(
                        id, "the app ended (" + stopped.exit().describe() + ") before it answered " + request, secrets);
            case UnitState.Failed failed ->
                throw failed(id, "the app could not be started: " + failed.message(), secrets);
        }
    }

    private DeployerException failed(UnitId id, String reason, Map<String, String> secrets) {
        StringBuilder message = new StringBuilder(reason);
        List<String> tail = host.consoleTail(id, TAIL_LINES);
        if (tail.isEmpty()) {
            message.append("\n  (the app wrote nothing)");
        }
        for (String line : tail) {
            message.append("\n  | ").append(Masking.mask(line, secrets.values()));
        }
        return DeployerException.failed(message.toString());
    }

    private static Duration atMost(Duration wanted, Duration most) {
        Duration smaller = wanted.compareTo(most) < 0 ? wanted : most;
        return smaller.isPositive() ? smaller : Duration.ofMillis(1);
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
