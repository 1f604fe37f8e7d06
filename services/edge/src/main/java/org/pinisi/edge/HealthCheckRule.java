package org.pinisi.edge;

import java.time.Duration;
import java.util.Optional;

/// How the edge looks after its upstreams by asking them.
///
/// @param kind what is asked (HTTP)
/// @param path the path of the question (`/`)
/// @param host its `Host` field; empty for the upstream's address
/// @param firstStatus the lowest status of a healthy answer (200)
/// @param lastStatus the highest one (399)
/// @param bodyPrefix how the body of a healthy answer begins; empty for anything; at most 1000 characters
/// @param interval the time between two questions, give or take a tenth (10 s; 100 ms to 1 h)
/// @param timeout how long an answer may take (5 s; 10 ms to 1 min)
/// @param rise healthy after so many good answers in a row (2; 1 to 100)
/// @param fall unhealthy after so many bad ones in a row (3; 1 to 100)
public record HealthCheckRule(
        Kind kind,
        String path,
        Optional<String> host,
        int firstStatus,
        int lastStatus,
        String bodyPrefix,
        Duration interval,
        Duration timeout,
        int rise,
        int fall) {
    private static final HealthCheckRule DEFAULTS = new HealthCheckRule(
            Kind.HTTP, "/", Optional.empty(), 200, 399, "", Duration.ofSeconds(10), Duration.ofSeconds(5), 2, 3);

    /// What is asked.
    public enum Kind {
        /// A GET over what the upstream speaks; `http` in route files.
        HTTP("http"),
        /// Whether a connection can be made; `tcp` in route files.
        TCP("tcp");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// The word for it in route files.
        public String word() {
            return word;
        }
    }

    /// @throws EdgeException when a part is out of its range
    public HealthCheckRule {
        boolean plain = path.startsWith("/")
                && path.length() <= 1024
                && path.chars().allMatch(c -> c > ' ' && c <= '~' && c != '#');
        if (!plain) {
            throw EdgeException.at("path", "\"" + path + "\" (expected: a path such as /healthz, a query if need be)");
        }
        host = host.map(name -> HostNames.exact("host", name));
        if (firstStatus < 100 || lastStatus > 599 || firstStatus > lastStatus) {
            throw EdgeException.at(
                    "statuses", firstStatus + "-" + lastStatus + " (expected: a status or a range within 100-599)");
        }
        Expect.between("body-prefix", bodyPrefix.length(), 0, 1000);
        Expect.between("interval", interval, Duration.ofMillis(100), Duration.ofHours(1));
        Expect.between("timeout", timeout, Duration.ofMillis(10), Duration.ofMinutes(1));
        Expect.between("rise", rise, 1, 100);
        Expect.between("fall", fall, 1, 100);
    }

    public static HealthCheckRule defaults() {
        return DEFAULTS;
    }

    public HealthCheckRule withPath(String newPath) {
        return new HealthCheckRule(
                kind, newPath, host, firstStatus, lastStatus, bodyPrefix, interval, timeout, rise, fall);
    }

    public HealthCheckRule withTimes(Duration newInterval, Duration newTimeout) {
        return new HealthCheckRule(
                kind, path, host, firstStatus, lastStatus, bodyPrefix, newInterval, newTimeout, rise, fall);
    }

    public HealthCheckRule withCounts(int newRise, int newFall) {
        return new HealthCheckRule(
                kind, path, host, firstStatus, lastStatus, bodyPrefix, interval, timeout, newRise, newFall);
    }
}
