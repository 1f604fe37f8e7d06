package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads files in pieces, where the kernel cannot send them by itself. Blocks.
final class FilePieces {
    private static final Logger LOG = LoggerFactory.getLogger(FilePieces.class);

    /// What is read at once.
    static final int LENGTH = 128 << 10;
    /// What is read at once on an event loop: four records of TLS.
    static final int ON_LOOP = 64 << 10;
    /// A read that takes longer has met the disk.
    static final long SLOW_NANOS = 3_000_000;

    private FilePieces() {}

    /// Whether the byte at `at` comes from memory, as far as a stopwatch can tell. Makes the kernel read on from
    /// there.
    static boolean isCached(FileChannel file, long at) throws IOException {
        long begin = System.nanoTime();
        file.read(ByteBuffer.allocate(1), at);
        return System.nanoTime() - begin < SLOW_NANOS;
    }

    /// Exactly `length` bytes from `at` on.
    ///
    /// @throws IOException if the file ends before
    static ByteBuf read(ByteBufAllocator allocator, FileChannel file, long at, int length) throws IOException {
        ByteBuf piece = allocator.directBuffer(length);
        boolean filled = false;
        try {
            read(piece, file, at, length);
            filled = true;
            return piece;
        } finally {
            if (!filled) {
                piece.release();
            }
        }
    }

    /// The same, behind what `piece` holds already.
    static void read(ByteBuf piece, FileChannel file, long at, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int count = piece.writeBytes(file, at + done, length - done);
            if (count < 0) {
                throw new IOException("the file ends at " + (at + done) + ", shorter than when it was looked at");
            }
            done += count;
        }
    }

    /// Closes a file that was only read; what goes wrong then is only told.
    static void close(FileChannel file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("event=file-not-closed reason=\"{}\"", e.toString());
        }
    }
}
