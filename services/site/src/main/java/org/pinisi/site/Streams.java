package org.pinisi.site;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/// Copying that ends when its thread is interrupted.
final class Streams {
    private static final int CHUNK = 64 << 10;

    private Streams() {}

    /// Copies exactly this many bytes.
    ///
    /// @throws EOFException when there are fewer
    static void copy(InputStream in, OutputStream out, long length) throws IOException {
        byte[] chunk = new byte[Math.clamp(length, 1, CHUNK)];
        for (long left = length; left > 0; ) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("copying was interrupted");
            }
            int count = in.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (count < 0) {
                throw new EOFException(left + " bytes are missing at the end");
            }
            out.write(chunk, 0, count);
            left -= count;
        }
    }
}
