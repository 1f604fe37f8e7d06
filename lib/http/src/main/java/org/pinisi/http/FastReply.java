package org.pinisi.http;

/// Where the answer to one request of a [FastPath] goes.
@FunctionalInterface
public interface FastReply {
    /// Sends the answer; to be called once, from any thread. A client that is gone meanwhile is no error.
    ///
    /// @throws IllegalStateException if the request is answered already
    void send(PreparedAnswer answer);
}
