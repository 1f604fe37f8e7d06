package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.channels.FileChannel;

/// Reads files in pieces, where the kernel cannot send them by itself. Blocks.
final class FilePieces {
    /// What is read at once.
    static final int LENGTH = 128 << 10;

    private FilePieces() {}

    /// Exactly `length` bytes from `at` on.
    ///
    /// @throws IOException if the file ends before
    static ByteBuf read(ByteBufAllocator allocator, FileChannel file, long at, int length) throws IOException {
        ByteBuf piece = allocator.directBuffer(length);
        boolean filled = false;
        try {
            while (piece.readableBytes() < length) {
                long from = at + piece.readableBytes();
                if (piece.writeBytes(file, from, length - piece.readableBytes()) < 0) {
                    throw new IOException("the file ends at " + from + ", shorter than when it was looked at");
                }
            }
            filled = true;
            return piece;
        } finally {
            if (!filled) {
                piece.release();
            }
        }
    }
}
