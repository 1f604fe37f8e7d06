package org.pinisi.git;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// A pack as it comes in, cut off beyond its limits. A pack begins with `PACK`, its version and the
/// number of its objects, four bytes each (gitformat-pack(5)).
final class PackInput extends FilterInputStream {
    private static final int HEADER = 12;
    private static final int COUNT = 8;

    private final TransferLimits limits;
    private long bytes;
    private long objects;

    PackInput(InputStream in, TransferLimits limits) {
        super(in);
        this.limits = limits;
    }

    /// A pack beyond a limit.
    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(String message) {
            super(message);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, length);
        for (int i = 0; i < count && bytes + i < HEADER; i++) {
            if (bytes + i >= COUNT) {
                objects = (objects << 8) | (target[offset + i] & 0xff);
            }
        }
        bytes += Math.max(0, count);
        if (bytes >= HEADER && objects > limits.objects()) {
            throw new TooLarge("its pack has %d objects; at most %d are taken".formatted(objects, limits.objects()));
        }
        if (bytes > limits.packBytes()) {
            throw new TooLarge("its pack has more than %d bytes".formatted(limits.packBytes()));
        }
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        return in.skip(0);
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
