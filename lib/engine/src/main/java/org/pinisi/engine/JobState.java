package org.pinisi.engine;

/// Where a job stands.
public enum JobState {
    /// Made, not yet running; it may be waiting for its pool.
    READY,
    /// Waiting for a person's approval.
    WAITING_FOR_CONFIRMATION,
    /// At work.
    RUNNING,
    /// Ended well.
    SUCCEEDED,
    /// Ended badly.
    FAILED,
    /// Stopped because someone asked for it, or because its time was up.
    CANCELLED,
    /// Stopped because nothing needed it any more, a newer value came, or the engine was closed; has no result.
    SUPERSEDED,
    /// Was under way when the program died; has no result.
    LOST;

    /// Whether the job has ended.
    public boolean ended() {
        return compareTo(RUNNING) > 0;
    }
}
