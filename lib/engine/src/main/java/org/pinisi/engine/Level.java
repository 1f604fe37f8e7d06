package org.pinisi.engine;

/// How much harm a job can do, from least to most. Jobs at or above the engine's confirmation threshold wait
/// for a person; so a threshold of [#HARMLESS] holds every job.
public enum Level {
    /// Reads only what is local.
    HARMLESS,
    /// Reads from elsewhere: a fetch, a pull.
    MOSTLY_HARMLESS,
    /// Runs code or fills disks: a build.
    AVERAGE,
    /// Is seen by others: a message, a commit status.
    ABOVE_AVERAGE,
    /// Changes what serves: a push, a deployment.
    DANGEROUS
}
