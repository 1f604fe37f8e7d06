package org.pinisi.web;

import java.util.Arrays;

/// Cuts a stream of bytes where it can be cut: after a line while lines come, after a character when nothing more
/// comes.
/// So a reader who goes on from a cut misses nothing and sees no broken character. For one thread.
final class LogPieces {
    /// A line longer than this is cut.
    private static final int LONGEST_HELD = 16 << 10;

    private byte[] held = new byte[0];

    /// The bytes that can be shown now.
    ///
    /// @param more whether the rest of a line is likely to follow at once
    byte[] next(byte[] bytes, boolean more) {
        byte[] all = Arrays.copyOf(held, held.length + bytes.length);
        System.arraycopy(bytes, 0, all, held.length, bytes.length);
        int cut = more && all.length < LONGEST_HELD + bytes.length ? lineEnd(all) : characterEnd(all);
        held = Arrays.copyOfRange(all, cut, all.length);
        return Arrays.copyOf(all, cut);
    }

    /// How many bytes came that were not shown yet.
    int held() {
        return held.length;
    }

    private static int lineEnd(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end;
    }

    private static int characterEnd(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int octet = bytes[bytes.length - back] & 0xff;
            if (octet >= 0xc0) {
                int length = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2;
                return back < length ? bytes.length - back : bytes.length;
            }
            if (octet < 0x80) {
                return bytes.length;
            }
        }
        return bytes.length;
    }
}
