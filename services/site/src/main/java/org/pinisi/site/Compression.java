package org.pinisi.site;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.BrotliOutputStream;
import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.pinisi.http.ContentCoding;

/// Compresses contents once and for all, so with much effort; less of it for large contents, which would
/// take minutes.
final class Compression {
    /// What is smaller fits a packet anyway.
    static final long LEAST_BYTES = 256;

    static final long MOST_BYTES = 64L << 20;

    private static final long SMALL = 1 << 20;
    private static final long MIDDLE = 8 << 20;

    private Compression() {}

    /// Whether this machine can make this coding: brotli needs native code. Loads it, which takes a
    /// moment.
    static boolean isAvailable(ContentCoding coding) {
        return switch (coding) {
            case GZIP, ZSTD -> true;
            case BROTLI -> Brotli4jLoader.isAvailable();
        };
    }

    /// Writes `in`, of `size` bytes, to `out` in this coding; closes neither.
    static void compress(ContentCoding coding, InputStream in, long size, OutputStream out) throws IOException {
        OutputStream kept = new Unclosed(out);
        switch (coding) {
            case GZIP -> {
                try (OutputStream gzip = new BestGzip(kept)) {
                    copy(in, gzip);
                }
            }
            case BROTLI -> {
                int quality = size <= SMALL ? 11 : size <= MIDDLE ? 9 : 5;
                try (OutputStream brotli = new BrotliOutputStream(
                        kept, new Encoder.Parameters().setQuality(quality).setWindow(22))) {
                    copy(in, brotli);
                }
            }
            case ZSTD -> {
                int level = size <= SMALL ? 19 : size <= MIDDLE ? 15 : 9;
                try (ZstdOutputStream zstd = new ZstdOutputStream(kept, level)) {
                    // More than 8 MiB a browser need not take (RFC 9659).
                    zstd.setLong(23);
                    copy(in, zstd);
                }
            }
        }
    }

    private static void copy(InputStream in, OutputStream out) throws IOException {
        byte[] chunk = new byte[32 << 10];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedIOException("compressing was interrupted");
            }
            out.write(chunk, 0, count);
        }
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream out) throws IOException {
            super(out, 32 << 10);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    private static final class Unclosed extends OutputStream {
        private final OutputStream out;

        Unclosed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
        }

        @Override
        public void write(byte[] bytes, int start, int length) throws IOException {
            out.write(bytes, start, length);
        }
    }
}
