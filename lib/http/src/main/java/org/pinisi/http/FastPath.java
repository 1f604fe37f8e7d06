package org.pinisi.http;

/// Sees each request without a body first, on the event loop, whatever the version of HTTP. It must not block.
@FunctionalInterface
public interface FastPath {
    /// Answers the request, or leaves it alone.
    ///
    /// What `request` tells is borrowed until the return; `reply` may be kept. An exception closes the
    /// connection.
    ///
    /// @return false to leave the request to the [Handler]; true if `reply.send` was called or will be called,
    ///     once. Until it is, an HTTP/1.1 connection gives out no further request; one that waits longer than
    ///     [HttpLimits#idleTime()] is closed.
    boolean answer(FastRequest request, FastReply reply);
}
