package org.pinisi.http;

/// How a message's body ends (RFC 9112, section 6).
public enum Framing {
    /// No body follows the head.
    NONE,
    /// A body of exactly [Head#contentLength()] bytes, at least one.
    LENGTH,
    /// The chunked transfer coding.
    CHUNKED,
    /// The body ends with the connection. Only in answers.
    UNTIL_CLOSE
}
