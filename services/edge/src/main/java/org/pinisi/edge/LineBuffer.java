package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/// Bytes of text in the making, in an array that grows and is used again.
final class LineBuffer {
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
    private static final String JSON_ESCAPE = "\\" + "u00";
    private static final int SMALLEST = 128;
    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    LineBuffer add(char c) {
        room(1);
        bytes[length++] = (byte) c;
        return this;
    }

    LineBuffer add(byte[] source, int from, int to) {
        room(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    LineBuffer add(LineBuffer other) {
        return add(other.bytes, 0, other.length);
    }

    /// Text of ASCII alone.
    LineBuffer add(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return this;
    }

    /// Exactly `count` digits.
    LineBuffer digits(int value, int count) {
        room(count);
        int rest = value;
        for (int i = count - 1; i >= 0; i--) {
            bytes[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
        return this;
    }

    /// Zero or above.
    LineBuffer number(long value) {
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        room(digits);
        long rest = value;
        for (int i = digits - 1; i >= 0; i--) {
            bytes[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /// Nanoseconds as milliseconds, with three digits behind the point.
    LineBuffer millis(long nanos) {
        long micros = Math.max(0, nanos) / 1000;
        return number(micros / 1000).add('.').digits((int) (micros % 1000), 3);
    }

    /// What a stranger sent, so that it can end neither the string nor the line: a quotation mark, a
    /// backslash and each byte outside printable ASCII become a JSON escape of four digits.
    LineBuffer escaped(byte[] source, int from, int to) {
        return escaped(source, from, to, JSON_ESCAPE);
    }

    /// The same with `\xhh`, as the logs of Apache and nginx have it.
    LineBuffer escapedHex(byte[] source, int from, int to) {
        return escaped(source, from, to, "\\x");
    }

    private LineBuffer escaped(byte[] source, int from, int to, String before) {
        room((to - from) * (before.length() + 2));
        for (int i = from; i < to; i++) {
            byte b = source[i];
            if (b >= ' ' && b < 0x7f && b != '"' && b != '\\') {
                bytes[length++] = b;
            } else {
                for (int j = 0; j < before.length(); j++) {
                    bytes[length++] = (byte) before.charAt(j);
                }
                bytes[length++] = HEX[(b >> 4) & 15];
                bytes[length++] = HEX[b & 15];
            }
        }
        return this;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.max(SMALLEST, bytes.length * 2), length + more));
        }
    }
}
