package org.pinisi.flow;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/// One end of a connection inside this program.
final class MemoryFlow implements Flow {
    private final MemoryPipe in;
    private final MemoryPipe out;
    private final String description;
    private volatile Duration patience = Flows.DEFAULT_PATIENCE;
    private volatile boolean closed;

    MemoryFlow(MemoryPipe in, MemoryPipe out, String description) {
        this.in = in;
        this.out = out;
        this.description = description;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        checkOpen();
        if (length == 0) {
            return 0;
        }
        try {
            return in.read(target, offset, length, patience);
        } catch (InterruptedIOException e) {
            close();
            throw e;
        }
    }

    @Override
    public int poll(byte[] target, int offset, int length) throws IOException {
        checkOpen();
        return in.read(target, offset, length, Duration.ZERO);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        checkOpen();
        try {
            out.write(source, offset, length, patience);
        } catch (InterruptedIOException e) {
            close();
            throw e;
        }
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException(description + ": closed");
        }
    }

    @Override
    public void shutdownOutput() {
        out.end();
    }

    @Override
    public void patience(Duration newPatience) {
        patience = newPatience;
    }

    @Override
    public String description() {
        return description;
    }

    /// The peer reads what was written before, then the end; its writing fails.
    @Override
    public void close() {
        closed = true;
        out.end();
        in.close();
    }
}
