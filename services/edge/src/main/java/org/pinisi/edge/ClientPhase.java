package org.pinisi.edge;

/// Where a client connection stands.
enum ClientPhase {
    /// Waiting for a request's head, or within one.
    HEAD,
    /// An upstream connection is being made.
    CONNECTING,
    /// Request and answer pass through.
    EXCHANGE,
    /// A folder answers.
    FOLDER,
    /// The answer is out, the request's body is not wholly in: the rest is read and dropped.
    DISCARD,
    /// Upgraded: bytes pass both ways.
    TUNNEL,
    /// All is said; the client's close is awaited, so that it can read the end of the answer.
    LINGER,
    CLOSED
}
