package org.pinisi.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The character classes of RFC 9110 and comparisons of ASCII in byte arrays.
final class Ascii {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ONES = 0x0101010101010101L;
    private static final long TOPS = 0x8080808080808080L;
    private static final byte TOKEN = 1;
    private static final byte VALUE = 2;
    private static final byte TARGET = 4;
    private static final byte HOST = 8;
    private static final byte[] CLASSES = classes();

    private Ascii() {}

    /// RFC 9110, section 5.6.2: tchar.
    static boolean isToken(byte b) {
        return (CLASSES[b & 0xff] & TOKEN) != 0;
    }

    /// Visible characters, space, tab and obs-text.
    static boolean isValue(byte b) {
        return (CLASSES[b & 0xff] & VALUE) != 0;
    }

    /// Visible ASCII except `#`, which no request target may hold.
    static boolean isTarget(byte b) {
        return (CLASSES[b & 0xff] & TARGET) != 0;
    }

    /// What a registered name may hold (RFC 3986, section 3.2.2), without the comma.
    static boolean isHost(byte b) {
        return (CLASSES[b & 0xff] & HOST) != 0;
    }

    /// The first position at or after `start` whose next eight bytes are not all plainly allowed in a value.
    static int skipValue(byte[] bytes, int start, int end) {
        int position = start;
        while (position + Long.BYTES <= end) {
            long word = (long) LONGS.get(bytes, position);
            long control = (word - 0x20 * ONES) & ~word;
            long other = word ^ (0x7f * ONES);
            long delete = (other - ONES) & ~other;
            if (((control | delete) & TOPS) != 0) {
                return position;
            }
            position += Long.BYTES;
        }
        return position;
    }

    static boolean equalsIgnoreCase(byte[] bytes, int start, int end, int otherStart, int otherEnd) {
        if (end - start != otherEnd - otherStart) {
            return false;
        }
        for (int i = 0; i < end - start; i++) {
            if (toLower(bytes[start + i]) != toLower(bytes[otherStart + i])) {
                return false;
            }
        }
        return true;
    }

    static boolean equalsIgnoreCase(byte[] bytes, int start, int end, String word) {
        if (end - start != word.length()) {
            return false;
        }
        for (int i = 0; i < end - start; i++) {
            if (toLower(bytes[start + i]) != toLower((byte) word.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    static boolean equals(byte[] bytes, int start, int end, String word) {
        if (end - start != word.length()) {
            return false;
        }
        for (int i = 0; i < end - start; i++) {
            if (bytes[start + i] != (byte) word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    /// The value of a hexadecimal digit, or -1.
    static int hex(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /// How a byte is shown in a message.
    static String show(byte b) {
        return b > ' ' && b <= '~' ? "'" + (char) b + "'" : String.format(Locale.ROOT, "0x%02x", b & 0xff);
    }

    static byte toLower(byte b) {
        return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
    }

    private static byte[] classes() {
        byte[] result = new byte[256];
        for (byte b : "!#$%&'*+-.^_`|~0123456789".getBytes(StandardCharsets.US_ASCII)) {
            result[b] |= TOKEN;
        }
        for (byte b : "-._~%!$&'()*+;=0123456789".getBytes(StandardCharsets.US_ASCII)) {
            result[b] |= HOST;
        }
        for (int c = 'a'; c <= 'z'; c++) {
            result[c] |= TOKEN | HOST;
            result[c - 0x20] |= TOKEN | HOST;
        }
        for (int c = 0; c < 256; c++) {
            boolean visible = c > ' ' && c < 0x7f;
            if (visible || c >= 0x80 || c == ' ' || c == '\t') {
                result[c] |= VALUE;
            }
            if (visible && c != '#') {
                result[c] |= TARGET;
            }
        }
        return result;
    }
}
