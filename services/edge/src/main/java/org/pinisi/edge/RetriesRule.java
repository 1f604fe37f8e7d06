package org.pinisi.edge;

import java.util.List;

/// When a request is tried again: only while the client has seen nothing of an answer and nothing of its
/// body was sent. A connection that cannot be made is tried elsewhere for every method, since nothing was
/// sent.
///
/// @param tries how often a request is sent at most, the first time included (2; 1 to 10)
/// @param methods which methods may be sent twice (GET, HEAD, OPTIONS, PUT, DELETE, TRACE)
/// @param statuses answers that are taken for a failure and tried again (none; such as 502, 503)
/// @param budget retries in every hundred requests of the route (20; 0 to 100); a few are allowed always
public record RetriesRule(int tries, List<String> methods, List<Integer> statuses, int budget) {
    private static final RetriesRule DEFAULTS =
            new RetriesRule(2, List.of("GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE"), List.of(), 20);

    /// @throws EdgeException when a part is out of its range
    public RetriesRule {
        Expect.between("tries", tries, 1, 10);
        methods = RequestLimitsRule.methods("methods", methods);
        statuses = List.copyOf(statuses);
        for (int i = 0; i < statuses.size(); i++) {
            Expect.between("statuses[" + i + "]", statuses.get(i), 500, 599);
        }
        Expect.between("budget", budget, 0, 100);
    }

    public static RetriesRule defaults() {
        return DEFAULTS;
    }
}
