package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How far a store and its remote are in step.
///
/// @param remote its name
/// @param waiting commits here that the remote does not have, counted up to 10,000
/// @param waitingSince when the oldest of them was made; it survives a restart
/// @param lastSync when both were last the same, since this program started
/// @param failingSince when the tries began to fail; empty when the last one did not
/// @param failures tries in a row that failed
/// @param problem why the last one failed
/// @param nextTry when it is tried again, where that goes by itself
/// @param conflicts the last 100 conflicts since this program started, the oldest first
public record SyncStatus(
        String remote,
        int waiting,
        Optional<Instant> waitingSince,
        Optional<Instant> lastSync,
        Optional<Instant> failingSince,
        int failures,
        Optional<SyncResult.Problem> problem,
        Optional<Instant> nextTry,
        List<SyncConflict> conflicts) {
    public SyncStatus {
        requireNonNull(waitingSince, "waitingSince");
        requireNonNull(lastSync, "lastSync");
        requireNonNull(failingSince, "failingSince");
        requireNonNull(problem, "problem");
        requireNonNull(nextTry, "nextTry");
        conflicts = List.copyOf(conflicts);
    }

    /// One line for people.
    @Override
    public String toString() {
        String waits = waiting == 0
                ? "nothing waits"
                : waiting
                        + (waiting == 1 ? " commit waits" : " commits wait")
                        + waitingSince.map(since -> " since " + since).orElse("");
        String state = failingSince
                .map(since -> "failing since " + since + " (" + failures + " tries): "
                        + problem.map(SyncResult.Problem::message).orElse(""))
                .orElse("in step");
        return remote + ": " + waits + "; " + state;
    }
}
