package org.pinisi.http;

/// Talks to one client over a WebSocket, on the request's virtual thread.
@FunctionalInterface
public interface WebSocketHandler {
    /// The socket is closed when this returns, with 1000, or with 1011 if it throws.
    void run(WebSocket socket) throws Exception;
}
