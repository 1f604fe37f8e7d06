package org.pinisi.http;

import java.io.OutputStream;

/// Writes a streamed body. Called once, on the handler's thread, after the handler has returned.
@FunctionalInterface
public interface BodyWriter {
    /// Writing blocks while the client does not keep up. The stream is the server's; closing it is allowed,
    /// not needed. `flush()` sends what was written so far. An exception cuts the connection, so that the
    /// client notices.
    void write(OutputStream out) throws Exception;
}
