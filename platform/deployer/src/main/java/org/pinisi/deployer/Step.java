package org.pinisi.deployer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// One step of a run, as the pusher and the page see it.
///
/// @param position from 1, in the order in which the steps began
/// @param name `fetch`, `build`, `start`, `check` or `switch`
/// @param state how it stands
/// @param detail a short line: what it found or made, or why it failed
/// @param job the engine's job whose log has the whole story, where there is one
/// @param started when it began
/// @param ended when it ended, unless it runs
public record Step(
        int position,
        String name,
        State state,
        String detail,
        Optional<String> job,
        Instant started,
        Optional<Instant> ended) {
    /// How a step stands.
    public enum State {
        /// Going on.
        RUNNING,
        /// Done now.
        DONE,
        /// Nothing to do: the inputs are those of an earlier run.
        UNCHANGED,
        /// Failed; the run with it.
        FAILED,
        /// Ended because a newer commit came, or somebody cancelled it.
        CANCELLED
    }

    /// How long it took, or has taken until `now`.
    public Duration took(Instant now) {
        return Duration.between(started, ended.orElse(now));
    }
}
