package org.pinisi.engine;

/// Why a term has no value yet.
public enum Activity {
    /// Queued: it will start by itself, for example when its pool has room.
    READY,
    /// At work.
    RUNNING,
    /// Held until a person approves the job or raises the confirmation threshold.
    WAITING_FOR_CONFIRMATION
}
