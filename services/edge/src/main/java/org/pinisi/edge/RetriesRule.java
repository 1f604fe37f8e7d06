package org.pinisi.edge;

import java.time.Duration;
import java.util.List;

/// When a request is tried again: only while the client has seen nothing of an answer and nothing of its
/// body was sent. A connection that cannot be made is tried elsewhere for every method, since nothing was
/// sent; when nobody takes one, the request waits a little, since what restarts is soon back.
///
/// @param tries how often a request is sent at most, the first time included (2; 1 to 10)
/// @param methods which methods may be sent twice (GET, HEAD, OPTIONS, PUT, DELETE, TRACE)
/// @param statuses answers that are taken for a failure and tried again (none; such as 502, 503)
/// @param budget retries in every hundred requests of the route (20; 0 to 100); a few are allowed always
/// @param longestWait how long a request waits for upstreams that all refuse connections (1 s; 0 to 1 min),
///     but no longer than a connection may take; when they have refused for as long already, it does not
public record RetriesRule(int tries, List<String> methods, List<Integer> statuses, int budget, Duration longestWait) {
    private static final Duration USUAL_WAIT = Duration.ofSeconds(1);
    private static final RetriesRule DEFAULTS =
            new RetriesRule(2, List.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"), List.of(), 20);

    /// With the usual wait.
    public RetriesRule(int tries, List<String> methods, List<Integer> statuses, int budget) {
        this(tries, methods, statuses, budget, USUAL_WAIT);
    }

    /// @throws EdgeException when a part is out of its range
    public RetriesRule {
        Expect.between("tries", tries, 1, 10);
        methods = RequestLimitsRule.methods("methods", methods);
        statuses = List.copyOf(statuses);
        for (int i = 0; i < statuses.size(); i++) {
            Expect.between("statuses[" + i + "]", statuses.get(i), 500, 599);
        }
        Expect.between("budget", budget, 0, 100);
        Expect.between("wait", longestWait, Duration.ZERO, Duration.ofMinutes(1));
    }

    public static RetriesRule defaults() {
        return DEFAULTS;
    }

    public RetriesRule withWait(Duration newLongestWait) {
        return new RetriesRule(tries, methods, statuses, budget, newLongestWait);
    }
}
