package org.pinisi.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Bytes of HTTP/3 as a client may send them, right or wrong (RFC 9114, section 7; RFC 9204, section 4.5).
final class Http3Wire {
    static final int DATA = 0x0;
    static final int HEADERS = 0x1;
    /// A frame that nobody knows (RFC 9114, section 7.2.8).
    static final int UNKNOWN = 0x21;
    /// A control stream (RFC 9114, section 6.2.1).
    static final int CONTROL = 0x0;

    private static final int LITERAL_NAME = 0x20;
    private static final int NAME_BITS = 3;
    private static final int VALUE_BITS = 7;

    private Http3Wire() {}

    static byte[] join(byte[]... pieces) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            out.writeBytes(piece);
        }
        return out.toByteArray();
    }

    static byte[] frame(long type, byte[] payload) {
        return join(number(type), number(payload.length), payload);
    }

    /// The beginning of a frame that announces so many bytes.
    static byte[] announced(long type, long length) {
        return join(number(type), number(length));
    }

    static byte[] data(String text) {
        return frame(DATA, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// A HEADERS frame with these names and values in turn.
    static byte[] headers(String... fields) {
        return frame(HEADERS, section(fields));
    }

    static byte[] section(String... fields) {
        ByteArrayOutputStream section = new ByteArrayOutputStream();
        section.write(0);
        section.write(0);
        for (int i = 0; i < fields.length; i += 2) {
            literal(section, LITERAL_NAME, NAME_BITS, fields[i]);
            literal(section, 0, VALUE_BITS, fields[i + 1]);
        }
        return section.toByteArray();
    }

    private static void literal(ByteArrayOutputStream out, int flags, int bits, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int most = (1 << bits) - 1;
        if (bytes.length < most) {
            out.write(flags | bytes.length);
        } else {
            out.write(flags | most);
            int rest = bytes.length - most;
            for (; rest > 0x7f; rest >>>= 7) {
                out.write(0x80 | (rest & 0x7f));
            }
            out.write(rest);
        }
        out.writeBytes(bytes);
    }

    /// A number in as few bytes as it needs (RFC 9000, section 16).
    static byte[] number(long value) {
        int power = value < 1 << 6 ? 0 : value < 1 << 14 ? 1 : value < 1 << 30 ? 2 : 3;
        byte[] bytes = new byte[1 << power];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (value >>> (8 * (bytes.length - 1 - i)));
        }
        bytes[0] |= (byte) (power << 6);
        return bytes;
    }
}
