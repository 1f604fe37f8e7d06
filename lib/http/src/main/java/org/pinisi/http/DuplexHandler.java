package org.pinisi.http;

import java.io.InputStream;
import java.io.OutputStream;

/// Speaks another protocol on a connection or stream that was HTTP's until now.
@FunctionalInterface
public interface DuplexHandler {
    /// Called on the request's virtual thread; its return ends the connection (HTTP/1.1) or stream (HTTP/2), an
    /// exception cuts it. The thread is interrupted when the peer is gone.
    ///
    /// @param in what the peer sends; ends when the peer has closed. Reading blocks, for at most
    ///     [HttpLimits#upgradeIdleTime()], then it throws [HttpException] 408
    /// @param out to the peer; what is written leaves with `flush()` at the latest. Writing blocks while
    ///     the peer does not keep up. May be used by another thread than the one that reads, by one at a time
    void run(InputStream in, OutputStream out) throws Exception;
}
