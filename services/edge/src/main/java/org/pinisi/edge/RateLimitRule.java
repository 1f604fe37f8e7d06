package org.pinisi.edge;

import java.time.Duration;

/// How many requests one client may make; more get 429 with `Retry-After`. A client is an IPv4 address or
/// an IPv6 /64.
///
/// @param requests so many in `per` for as long as one likes: 1 to 1,000,000
/// @param per the time for them (1 s; 1 ms to 1 d)
/// @param burst so many at once: 1 to 1,000,000; `requests` by default
/// @param clients how many clients are remembered (10,000; 16 to 1,000,000); beyond, the longest silent is
///     forgotten
public record RateLimitRule(int requests, Duration per, int burst, int clients) {
    private static final int MOST = 1_000_000;

    /// @throws EdgeException when a part is out of its range
    public RateLimitRule {
        Expect.between("requests", requests, 1, MOST);
        Expect.between("per", per, Duration.ofMillis(1), Duration.ofDays(1));
        Expect.between("burst", burst, 1, MOST);
        Expect.between("clients", clients, 16, MOST);
    }

    /// So many a second, as many at once, 10,000 clients remembered.
    public static RateLimitRule perSecond(int requests) {
        return new RateLimitRule(requests, Duration.ofSeconds(1), requests, 10_000);
    }
}
