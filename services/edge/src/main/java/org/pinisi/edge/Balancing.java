package org.pinisi.edge;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// How the upstreams of a route share its requests.
///
/// @param policy whose turn it is (round robin)
/// @param sticky keeps a client at the upstream that answered it first; empty (the default) for not
/// @param slowStart for how long an upstream that is new or has recovered gets less than its share,
///     growing steadily
///     (0, at most 1 h)
/// @param resolveEvery how often host names are looked up again (30 s; 1 s to 1 d)
public record Balancing(Policy policy, Optional<Sticky> sticky, Duration slowStart, Duration resolveEvery) {
    private static final Balancing DEFAULTS =
            new Balancing(Policy.ROUND_ROBIN, Optional.empty(), Duration.ZERO, Duration.ofSeconds(30));

    /// Whose turn it is.
    public enum Policy {
        /// In turn, by weight, spread evenly; `round-robin` in route files.
        ROUND_ROBIN("round-robin"),
        /// The one with the fewest requests under way for its weight; of two drawn when there are many;
        /// `least-connections` in route files.
        LEAST_CONNECTIONS("least-connections");

        private final String word;

        Policy(String word) {
            this.word = word;
        }

        /// The word for it in route files.
        public String word() {
            return word;
        }
    }

    /// A cookie that says where a client was answered: an opaque number for the upstream, nothing about the
    /// client. When that upstream is away another one answers and the cookie is set anew.
    ///
    /// @param cookie the cookie's name (`pinisi-upstream`): 1 to 64 letters, digits, `_` or `-`
    /// @param lifetime how long a browser keeps it; 0 (the default) until it is closed; at most 365 d
    public record Sticky(String cookie, Duration lifetime) {
        private static final Pattern COOKIE = Pattern.compile("[A-Za-z0-9_-]{1,64}");
        private static final Sticky DEFAULTS = new Sticky("pinisi-upstream", Duration.ZERO);

        /// @throws EdgeException when a part is not of that form
        public Sticky {
            Expect.form("cookie", cookie, COOKIE, "1 to 64 letters, digits, '_' or '-'");
            Expect.between("lifetime", lifetime, Duration.ZERO, Duration.ofDays(365));
        }

        public static Sticky defaults() {
            return DEFAULTS;
        }
    }

    /// @throws EdgeException when a time is out of its range
    public Balancing {
        Expect.between("slow-start", slowStart, Duration.ZERO, Duration.ofHours(1));
        Expect.between("resolve-every", resolveEvery, Duration.ofSeconds(1), Duration.ofDays(1));
    }

    /// In turn.
    public static Balancing defaults() {
        return DEFAULTS;
    }

    public Balancing withPolicy(Policy newPolicy) {
        return new Balancing(newPolicy, sticky, slowStart, resolveEvery);
    }

    public Balancing withSticky(Sticky newSticky) {
        return new Balancing(policy, Optional.of(newSticky), slowStart, resolveEvery);
    }

    public Balancing withSlowStart(Duration newSlowStart) {
        return new Balancing(policy, sticky, newSlowStart, resolveEvery);
    }

    public Balancing withResolveEvery(Duration newResolveEvery) {
        return new Balancing(policy, sticky, slowStart, newResolveEvery);
    }
}
