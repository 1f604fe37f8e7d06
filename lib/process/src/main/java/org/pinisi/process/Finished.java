package org.pinisi.process;

/// The end of [Processes#run].
///
/// @param exit how it ended
/// @param timedOut whether we ended it because its time was up
public record Finished(Exit exit, boolean timedOut) {
    /// Whether it ended by itself, in time, with code 0.
    public boolean succeeded() {
        return !timedOut && exit.succeeded();
    }
}
