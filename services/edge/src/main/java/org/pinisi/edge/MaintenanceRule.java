package org.pinisi.edge;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Everybody gets 503 and a page, save who is on the list.
///
/// @param page an HTML file to answer with, at most 1 MiB; empty for the edge's own page
/// @param text what the edge's own page says; empty for its usual words; at most 1000 characters
/// @param retryAfter what `Retry-After` says (5 min; 1 s to 30 d)
/// @param allow who is let through; nobody by default
public record MaintenanceRule(
        Optional<Path> page, Optional<String> text, Duration retryAfter, List<AddressRange> allow) {
    private static final int LONGEST = 1000;

    /// @throws EdgeException when a part is out of its range
    public MaintenanceRule {
        page.ifPresent(file -> RuleFiles.absolute("page", file));
        text.ifPresent(words -> Expect.between("text", words.length(), 1, LONGEST));
        Expect.between("retry-after", retryAfter, Duration.ofSeconds(1), Duration.ofDays(30));
        allow = List.copyOf(allow);
        Expect.atMost("allow", allow, AccessRule.MOST);
    }

    public static MaintenanceRule defaults() {
        return new MaintenanceRule(Optional.empty(), Optional.empty(), Duration.ofMinutes(5), List.of());
    }
}
