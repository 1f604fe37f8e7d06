package org.pinisi.engine;

import java.util.Objects;
import java.util.Optional;

/// What a term evaluates to at one moment. Immutable. Where terms are combined, failure beats active beats
/// ready, and of equals the left one wins.
public sealed interface Outcome<T> {
    /// The term has a value.
    record Ready<T>(T value) implements Outcome<T> {
        /// Checks that there is a value.
        public Ready {
            Objects.requireNonNull(value, "value (expected: not null; use Optional or a marker)");
        }
    }

    /// The term has no value yet.
    ///
    /// @param activity why
    /// @param origin the id of the term that is waited for
    record Active<T>(Activity activity, String origin) implements Outcome<T> {
        /// Checks that both are there.
        public Active {
            Objects.requireNonNull(activity, "activity");
            Objects.requireNonNull(origin, "origin");
        }
    }

    /// The term failed, or something that it needs did.
    record Failed<T>(Failure failure) implements Outcome<T> {
        /// Checks that there is a reason.
        public Failed {
            Objects.requireNonNull(failure, "failure");
        }
    }

    /// The value, when there is one.
    default Optional<T> ready() {
        return this instanceof Ready<T>(T value) ? Optional.of(value) : Optional.empty();
    }
}
