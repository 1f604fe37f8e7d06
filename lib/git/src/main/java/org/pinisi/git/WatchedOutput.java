package org.pinisi.git;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Remembers that writing failed: JGit passes over failures to write messages.
final class WatchedOutput extends FilterOutputStream {
    private volatile boolean failed;

    WatchedOutput(OutputStream out) {
        super(out);
    }

    boolean failed() {
        return failed;
    }

    @Override
    public void write(int value) throws IOException {
        try {
            out.write(value);
        } catch (IOException failure) {
            failed = true;
            throw failure;
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException failure) {
            failed = true;
            throw failure;
        }
    }

    @Override
    public void flush() throws IOException {
        try {
            out.flush();
        } catch (IOException failure) {
            failed = true;
            throw failure;
        }
    }
}
