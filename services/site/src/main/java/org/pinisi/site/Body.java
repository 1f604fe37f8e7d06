package org.pinisi.site;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the bytes of a representation are.
sealed interface Body {
    long size();

    /// In memory that is never released by count but by the garbage collector, so that an answer under
    /// way is safe from eviction. Up to 8 KiB on the heap, as those are copied into the answer anyway;
    /// else outside, as the socket wants.
    record Memory(ByteBuf bytes) implements Body {
        private static final Logger LOG = LoggerFactory.getLogger(Body.class);
        private static final int MOST_ON_HEAP = 8 << 10;

        static Memory of(byte[] bytes) {
            if (bytes.length <= MOST_ON_HEAP) {
                return new Memory(Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes)));
            }
            return new Memory(Unpooled.unreleasableBuffer(outside(bytes)));
        }

        private static ByteBuf outside(byte[] bytes) {
            try {
                return Unpooled.wrappedBuffer(
                        ByteBuffer.allocateDirect(bytes.length).put(bytes).flip());
            } catch (OutOfMemoryError full) {
                // What was evicted lately is not collected yet; the heap does as well, only slower.
                LOG.debug("event=site-direct-memory-full bytes={}", bytes.length, full);
                return Unpooled.wrappedBuffer(bytes);
            }
        }

        @Override
        public long size() {
            return bytes.readableBytes();
        }
    }

    /// In a file that does not change.
    record InFile(Path path, long offset, long size) implements Body {}

    /// In a file of our cache, which may be deleted to make room.
    record Stored(DiskCache.Entry entry) implements Body {
        @Override
        public long size() {
            return entry.size();
        }
    }

    /// Only in the tree: to be read anew each time.
    record InTree(SiteTree tree, SiteTree.Entry.File file, long size) implements Body {}
}
