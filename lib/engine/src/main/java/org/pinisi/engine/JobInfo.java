package org.pinisi.engine;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/// What is known of one job at one moment.
///
/// @param id the path of its log below the log folder, without suffix: `2026-11-21/081720-git-fetch-3f9a1c`
/// @param operation the id of its [Build] or [Publish]
/// @param key the canonical key text (or its digest when it is longer than 200 characters)
/// @param description the work in a few words
/// @param build counts the runs of this operation and key, from 1; 0 before the store knows
/// @param state where it stands
/// @param rebuild whether its result no longer counts
/// @param created when it was made
/// @param started when it began to run, after confirmation and pool
/// @param finished when it ended
/// @param message why it failed or was stopped
public record JobInfo(
        String id,
        String operation,
        String key,
        String description,
        int build,
        JobState state,
        boolean rebuild,
        Instant created,
        Optional<Instant> started,
        Optional<Instant> finished,
        Optional<String> message) {
    /// Checks that all are there.
    public JobInfo {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(operation, "operation");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(description, "description");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(created, "created");
        Objects.requireNonNull(started, "started");
        Objects.requireNonNull(finished, "finished");
        Objects.requireNonNull(message, "message");
    }
}
