package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The ways in which programs read one path. They agree about plain letters and about letters written as
/// `%41`; they disagree about encoded slashes and backslashes, about `//`, about what follows a semicolon
/// in a segment and about dots as segments. Each reading is a choice for each of these four.
final class PathReading {
    private static final int SEPARATORS = 1;
    private static final int MERGED = 2;
    private static final int PARAMETERS = 4;
    private static final int DOTS = 8;

    /// How many readings there are; number 0 takes everything literally.
    static final int COUNT = 16;

    private PathReading() {}

    /// A rule's prefix, decoded, without slash at its end; `/` becomes empty.
    static byte[] prefix(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.US_ASCII);
        byte[] room = new byte[bytes.length + 1];
        int length = read(0, bytes, 0, bytes.length, room);
        while (length > 0 && room[length - 1] == '/') {
            length--;
        }
        return Arrays.copyOf(room, length);
    }

    /// Whether all readings of the path are the same as its bytes.
    static boolean isPlain(byte[] bytes, int start, int end) {
        byte before = 0;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b == '%' || b == '\\' || b == ';' || (before == '/' && (b == '/' || b == '.'))) {
                return false;
            }
            before = b;
        }
        return true;
    }

    /// Whether the path begins with the prefix, on a segment's boundary.
    static boolean begins(byte[] path, int start, int end, byte[] prefix) {
        int stop = start + prefix.length;
        if (stop > end || !Arrays.equals(path, start, stop, prefix, 0, prefix.length)) {
            return false;
        }
        return stop == end || prefix.length == 0 || path[stop] == '/';
    }

    /// Writes one reading of the path into `room`, which has room for one byte more than the path.
    ///
    /// @return its length
    static int read(int reading, byte[] bytes, int start, int end, byte[] room) {
        boolean separators = (reading & SEPARATORS) != 0;
        boolean merged = (reading & MERGED) != 0;
        boolean parameters = (reading & PARAMETERS) != 0;
        boolean cut = false;
        int length = 0;
        int i = start;
        while (i < end) {
            int value = bytes[i];
            int next = i + 1;
            boolean escaped = false;
            if (value == '%' && i + 2 < end && hex(bytes[i + 1]) >= 0 && hex(bytes[i + 2]) >= 0) {
                value = hex(bytes[i + 1]) << 4 | hex(bytes[i + 2]);
                next = i + 3;
                escaped = true;
            }
            boolean separator = separators && (value == '\\' || value == '/');
            if (escaped && value == '/' && !separator) {
                // Taken literally, an encoded slash is a letter like any other, but none that a rule can name.
                value = 0;
            }
            value = separator ? '/' : value;
            cut = parameters && value != '/' && (cut || value == ';');
            if (!cut && !(merged && value == '/' && length > 0 && room[length - 1] == '/')) {
                room[length++] = (byte) value;
            }
            i = next;
        }
        return (reading & DOTS) != 0 ? withoutDots(room, length) : length;
    }

    /// Takes out segments of dots as RFC 3986, section 5.2.4, does, in place.
    private static int withoutDots(byte[] room, int length) {
        int out = 0;
        int i = 0;
        while (i < length) {
            int stop = i + 1;
            while (stop < length && room[stop] != '/') {
                stop++;
            }
            int dots = dots(room, i + 1, stop);
            if (dots == 2) {
                out = parent(room, out);
            }
            if (dots > 0) {
                if (stop == length) {
                    room[out++] = '/';
                }
            } else {
                System.arraycopy(room, i, room, out, stop - i);
                out += stop - i;
            }
            i = stop;
        }
        return out;
    }

    private static int parent(byte[] room, int out) {
        int cut = out;
        while (cut > 0 && room[--cut] != '/') {
            // goes back to the segment's slash
        }
        return cut;
    }

    /// 1 or 2 for a segment that is one or two dots, else 0.
    private static int dots(byte[] room, int start, int stop) {
        int length = stop - start;
        boolean dots = length > 0 && length <= 2 && room[start] == '.' && room[stop - 1] == '.';
        return dots ? length : 0;
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }
}
