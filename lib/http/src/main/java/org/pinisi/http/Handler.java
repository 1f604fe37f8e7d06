package org.pinisi.http;

/// Answers requests. Called on a virtual thread of its own for each request, so it may block; the thread is
/// interrupted when the client is gone.
@FunctionalInterface
public interface Handler {
    /// An HttpException becomes an answer of its status; any other exception is logged and becomes a 500.
    Response handle(Request request) throws Exception;
}
