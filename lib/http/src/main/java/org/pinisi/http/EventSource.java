package org.pinisi.http;

/// Produces server-sent events for one client. Called once, on the handler's thread, which is interrupted
/// when the client is gone; the stream ends when this returns.
@FunctionalInterface
public interface EventSource {
    void run(EventSink sink) throws Exception;
}
