package org.pinisi.flow;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/// A connected stream of bytes in both directions: a TCP connection, a unix socket, TLS over another
/// flow, an SSH channel, the pipes of a process, or memory. Blocking, for virtual threads.
///
/// One thread may read while another writes; two must not do the same at once. `close` may come from any
/// thread and ends both. Interrupting a thread that reads or writes ends its wait with
/// `InterruptedIOException` and closes the flow. A wait longer than the patience ends with
/// `SocketTimeoutException`, and the flow is closed.
public interface Flow extends AutoCloseable {
    /// Reads at least one byte and at most `length`.
    ///
    /// @return how many, or -1 when the peer has ended its side
    int read(byte[] target, int offset, int length) throws IOException;

    /// Takes what has come already, without waiting; not while another thread reads. For those who keep
    /// connections and want to know whether one still stands.
    ///
    /// @return how many bytes; 0 when nothing came or this kind of flow cannot tell, -1 when the peer has
    ///     ended
    default int poll(byte[] target, int offset, int length) throws IOException {
        return 0;
    }

    /// Writes all of it. The bytes are on their way when it returns; there is nothing to flush.
    void write(byte[] source, int offset, int length) throws IOException;

    /// Tells the peer that nothing more will come, where the protocol can say so; reading goes on.
    void shutdownOutput() throws IOException;

    /// How long one read or write may wait from now on.
    void patience(Duration patience);

    /// What this is, for messages and logs: `tcp 127.0.0.1:9418`, `tls example.org over tcp
    /// 192.0.2.1:443`. No secrets.
    String description();

    /// Closes both directions; doing so again changes nothing.
    @Override
    void close();

    /// This flow's reading side as a stream; closing it closes the flow.
    default InputStream input() {
        return new FlowInput(this);
    }

    /// This flow's writing side as a stream; closing it closes the flow.
    default OutputStream output() {
        return new FlowOutput(this);
    }
}
