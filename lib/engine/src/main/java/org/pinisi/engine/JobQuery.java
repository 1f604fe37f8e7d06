package org.pinisi.engine;

import java.util.Objects;
import java.util.Optional;

/// Which jobs of the history are wanted; newest first.
///
/// @param operation only this operation
/// @param key only this key
/// @param idPrefix only ids that begin so, for example a date
/// @param state only this state
/// @param limit at most so many, 1 to 1000
public record JobQuery(
        Optional<String> operation,
        Optional<String> key,
        Optional<String> idPrefix,
        Optional<JobState> state,
        int limit) {
    /// Checks the ranges.
    public JobQuery {
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(idPrefix, "idPrefix");
        Objects.requireNonNull(state, "state");
        if (limit < 1 || limit > 1000) {
            throw new EngineException("limit: " + limit + " (expected: 1 to 1000)");
        }
    }

    /// The last `limit` jobs of any kind.
    public static JobQuery latest(int limit) {
        return new JobQuery(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), limit);
    }

    /// The last `limit` runs of one operation and key.
    public static JobQuery of(String operation, String key, int limit) {
        return new JobQuery(Optional.of(operation), Optional.of(key), Optional.empty(), Optional.empty(), limit);
    }
}
