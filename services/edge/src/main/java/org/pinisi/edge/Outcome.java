package org.pinisi.edge;

/// What a request says about the upstream that had it.
enum Outcome {
    GOOD,
    /// No connection, a broken one, no answer in time, or an answer that counts as a failure.
    BAD,
    /// Nothing: the client went away.
    UNKNOWN
}
