package org.pinisi.certificates;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.InstantSource;
import org.pinisi.git.StoreAuthor;

/// How a [CertificateBook] is kept.
///
/// @param author who writes, as the commits say; default `Pinisi <pinisi@localhost>`
/// @param clock of commits and times in the book
/// @param cost of a new pass phrase; default [SealCost#DEFAULT]
/// @param interval between two looks at the remote when nothing changes here; default 1 minute
public record BookSettings(StoreAuthor author, InstantSource clock, SealCost cost, Duration interval) {
    public BookSettings {
        requireNonNull(author, "author");
        requireNonNull(clock, "clock");
        requireNonNull(cost, "cost");
        if (interval.toMillis() < 1) {
            throw new IllegalArgumentException("interval: " + interval + " (expected: >= 1 ms)");
        }
    }

    /// The defaults named above.
    public static BookSettings of(InstantSource clock) {
        return new BookSettings(
                new StoreAuthor("Pinisi", "pinisi@localhost"), clock, SealCost.DEFAULT, Duration.ofMinutes(1));
    }

    public BookSettings withAuthor(StoreAuthor other) {
        return new BookSettings(other, clock, cost, interval);
    }

    public BookSettings withCost(SealCost other) {
        return new BookSettings(author, clock, other, interval);
    }

    public BookSettings withInterval(Duration other) {
        return new BookSettings(author, clock, cost, other);
    }
}
