package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/// What the records of limits ask of their values, and the one sentence that says what was expected.
final class LimitChecks {
    private LimitChecks() {}

    static void between(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }

    static void positive(String name, Duration value) {
        requireNonNull(value, name);
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: more than zero)");
        }
    }
}
