package org.pinisi.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// A frame's numbers and forms (RFC 6455, section 5.2).
final class WebSocketFrame {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int END = 0x80;
    static final int RESERVED = 0x70;
    static final int MASKED = 0x80;
    static final int LONGEST_CONTROL = 125;
    static final int LENGTH_16 = 126;
    static final int LENGTH_64 = 127;

    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;
    static final int NO_CODE = 1005;
    static final int BAD_TEXT = 1007;
    static final int TOO_LARGE = 1009;
    static final int FAILED = 1011;

    private WebSocketFrame() {}

    static boolean isControl(int kind) {
        return kind >= CLOSE;
    }

    /// Whether a peer may send this code (section 7.4).
    static boolean isCode(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != NO_CODE && code != 1006)
                || (code >= 3000 && code <= 4999);
    }

    static void mask(byte[] bytes, int offset, int length, byte[] key) {
        for (int i = 0; i < length; i++) {
            bytes[offset + i] ^= key[i & 3];
        }
    }

    /// A whole frame, masked if there is a key of four bytes, not if it is empty.
    static byte[] of(int kind, boolean last, byte[] payload, byte[] key) {
        int length = payload.length;
        int more = length <= LONGEST_CONTROL ? 0 : length < 1 << 16 ? 2 : 8;
        byte[] frame = new byte[2 + more + key.length + length];
        frame[0] = (byte) (kind | (last ? END : 0));
        int mask = key.length == 0 ? 0 : MASKED;
        switch (more) {
            case 0 -> frame[1] = (byte) (mask | length);
            case 2 -> {
                frame[1] = (byte) (mask | LENGTH_16);
                ByteBuffer.wrap(frame).putShort(2, (short) length);
            }
            default -> {
                frame[1] = (byte) (mask | LENGTH_64);
                ByteBuffer.wrap(frame).putLong(2, length);
            }
        }
        System.arraycopy(key, 0, frame, 2 + more, key.length);
        int start = 2 + more + key.length;
        System.arraycopy(payload, 0, frame, start, length);
        if (key.length > 0) {
            mask(frame, start, length, key);
        }
        return frame;
    }

    static String text(byte[] bytes, int offset, int length) throws WebSocketException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new WebSocketException(BAD_TEXT, "text that is not UTF-8 (" + e.getMessage() + ")");
        }
    }
}
