package org.pinisi.host;

/// When a unit that ended by itself is started again: after 1 s, then 2 s, 4 s … up to 60 s; after 60 s of being up
/// the count begins anew.
public enum RestartPolicy {
    /// Never: it stays [UnitState.Stopped].
    NEVER,
    /// After any end but exit code 0. An end that cannot be known (of a unit adopted after a crash) counts as a
    /// failure.
    ON_FAILURE,
    /// After any end.
    ALWAYS
}
