package org.pinisi.http;

/// The numbers of HTTP/2's frames (RFC 9113, sections 6 and 7; RFC 8441).
final class Http2Frame {
    static final int HEADER = 9;

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int PRIORITY = 2;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PUSH_PROMISE = 5;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int ACK = 0x1;
    static final int END_STREAM = 0x1;
    static final int END_HEADERS = 0x4;
    static final int PADDED = 0x8;
    static final int WITH_PRIORITY = 0x20;

    static final int SETTING_TABLE_SIZE = 1;
    static final int SETTING_PUSH = 2;
    static final int SETTING_STREAMS = 3;
    static final int SETTING_WINDOW = 4;
    static final int SETTING_FRAME_SIZE = 5;
    static final int SETTING_HEADER_LIST = 6;
    static final int SETTING_CONNECT_PROTOCOL = 8;

    static final int NO_ERROR = 0;
    static final int PROTOCOL_ERROR = 1;
    static final int INTERNAL_ERROR = 2;
    static final int FLOW_CONTROL_ERROR = 3;
    static final int FRAME_SIZE_ERROR = 6;
    static final int REFUSED_STREAM = 7;
    static final int CANCEL = 8;
    static final int COMPRESSION_ERROR = 9;
    static final int ENHANCE_YOUR_CALM = 11;

    private static final String[] ERRORS = {
        "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
        "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
        "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED"
    };

    private Http2Frame() {}

    static String error(long code) {
        return code >= 0 && code < ERRORS.length ? ERRORS[(int) code] : "error " + code;
    }

    /// A frame with room for its payload behind the header.
    static byte[] frame(int type, int flags, int stream, int length) {
        byte[] frame = new byte[HEADER + length];
        frame[0] = (byte) (length >> 16);
        frame[1] = (byte) (length >> 8);
        frame[2] = (byte) length;
        frame[3] = (byte) type;
        frame[4] = (byte) flags;
        putInt(frame, 5, stream);
        return frame;
    }

    /// A frame whose payload is these numbers of four bytes.
    static byte[] numbers(int type, int flags, int stream, int... numbers) {
        byte[] frame = frame(type, flags, stream, 4 * numbers.length);
        for (int i = 0; i < numbers.length; i++) {
            putInt(frame, HEADER + 4 * i, numbers[i]);
        }
        return frame;
    }

    /// Names and values in turn.
    static byte[] settings(int... namesAndValues) {
        byte[] frame = frame(SETTINGS, 0, 0, 3 * namesAndValues.length);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            int at = HEADER + 3 * i;
            frame[at] = (byte) (namesAndValues[i] >> 8);
            frame[at + 1] = (byte) namesAndValues[i];
            putInt(frame, at + 2, namesAndValues[i + 1]);
        }
        return frame;
    }

    static void putInt(byte[] bytes, int at, int value) {
        bytes[at] = (byte) (value >> 24);
        bytes[at + 1] = (byte) (value >> 16);
        bytes[at + 2] = (byte) (value >> 8);
        bytes[at + 3] = (byte) value;
    }

    static int getInt(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }
}
