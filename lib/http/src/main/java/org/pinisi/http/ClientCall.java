package org.pinisi.http;

import java.io.IOException;

/// One request under way: the answer's head, and its body as it comes. Used by one thread.
interface ClientCall {
    int status();

    Fields fields();

    /// The next bytes of the body, or -1 at its end.
    int read(byte[] target, int offset, int length) throws IOException;

    /// What came behind the body; empty before its end.
    Fields trailers();

    /// Ends the call: gives the connection back if it can be used again.
    void close();
}
