package org.pinisi.edge;

import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.ContentCoding;

/// Compresses one body piece by piece. Not thread-safe; must be closed, since it holds native memory.
final class Compressor implements AutoCloseable {
    private static final int BLOCK = 8 * 1024;
    private static final int BROTLI_QUALITY = 4;
    private static final int BROTLI_WINDOW = 18;
    private static final int ZSTD_LEVEL = 3;

    private final ByteBufAllocator allocator;
    private final Sink sink = new Sink();
    private final OutputStream coder;
    private boolean fresh;
    private boolean closed;

    private final class Sink extends OutputStream {
        private @Nullable ByteBuf out;

        @Override
        public void write(int b) {
            room().writeByte(b);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            room().writeBytes(bytes, offset, length);
        }

        private ByteBuf room() {
            ByteBuf current = out;
            if (current == null) {
                current = allocator.directBuffer(BLOCK);
                out = current;
            }
            return current;
        }

        private ByteBuf take() {
            ByteBuf made = room();
            out = null;
            return made;
        }

        private void release() {
            ByteBuf current = out;
            out = null;
            if (current != null) {
                current.release();
            }
        }
    }

    Compressor(ContentCoding coding, ByteBufAllocator allocator) {
        this.allocator = allocator;
        try {
            coder = switch (coding) {
                case GZIP -> new GZIPOutputStream(sink, BLOCK, true);
                case BROTLI ->
                    new BrotliOutputStream(
                            sink,
                            new Encoder.Parameters().setQuality(BROTLI_QUALITY).setWindow(BROTLI_WINDOW),
                            BLOCK);
                case ZSTD -> new ZstdOutputStream(sink, ZSTD_LEVEL);
            };
        } catch (IOException failure) {
            sink.release();
            throw new IllegalStateException("compression cannot begin", failure);
        }
    }

    /// Takes a piece, which is released.
    ///
    /// @return what is ready to be sent, perhaps nothing yet; the caller's
    ByteBuf add(ByteBuf piece) throws IOException {
        try {
            piece.readBytes(coder, piece.readableBytes());
            fresh = true;
        } finally {
            piece.release();
        }
        return sink.take();
    }

    /// Everything taken until now can be read by the client after this; the caller's.
    ByteBuf flush() throws IOException {
        if (fresh && !closed) {
            fresh = false;
            coder.flush();
        }
        return sink.take();
    }

    /// The end of the body; the caller's.
    ByteBuf end() throws IOException {
        closed = true;
        coder.close();
        return sink.take();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                coder.close();
            } catch (IOException failure) {
                throw new IllegalStateException("memory cannot be broken", failure);
            }
        }
        sink.release();
    }
}
