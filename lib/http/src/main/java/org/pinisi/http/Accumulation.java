package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/// Puts what was read behind what is not understood yet.
final class Accumulation {
    private Accumulation() {}

    /// Takes over both buffers and returns the one that holds them, which may be either or a larger one.
    static ByteBuf append(ByteBufAllocator allocator, @Nullable ByteBuf old, ByteBuf bytes) {
        if (old == null) {
            return bytes;
        }
        int length = bytes.readableBytes();
        ByteBuf target = old;
        if (!old.isWritable(length)) {
            target = allocator.buffer((old.readableBytes() + length) * 2);
            target.writeBytes(old);
            old.release();
        }
        target.writeBytes(bytes);
        bytes.release();
        return target;
    }
}
