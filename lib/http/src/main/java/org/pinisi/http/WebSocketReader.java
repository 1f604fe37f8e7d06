package org.pinisi.http;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/// Reads frames and puts messages together. Used by one thread at a time.
final class WebSocketReader {
    private final DataInputStream in;
    private final boolean fromClient;
    private final WebSocketLimits limits;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private int messageKind;
    private int fragments;

    /// A frame of control, or a whole message.
    ///
    /// @param kind [WebSocketFrame#TEXT], BINARY, CLOSE, PING or PONG
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Piece(int kind, byte[] payload) {}

    WebSocketReader(InputStream in, boolean fromClient, WebSocketLimits limits) {
        this.in = new DataInputStream(in);
        this.fromClient = fromClient;
        this.limits = limits;
    }

    /// The next message or frame of control.
    ///
    /// @throws EOFException if the peer has gone without saying so
    /// @throws WebSocketException if it breaks the rules or a limit
    Piece next() throws IOException {
        while (true) {
            int first = in.readUnsignedByte();
            int kind = first & 0x0f;
            boolean last = (first & WebSocketFrame.END) != 0;
            check((first & WebSocketFrame.RESERVED) == 0, "reserved bits that no extension uses");
            check(
                    kind <= WebSocketFrame.BINARY || (kind >= WebSocketFrame.CLOSE && kind <= WebSocketFrame.PONG),
                    "a frame of unknown kind " + kind);
            byte[] payload = payload(kind, last);
            if (WebSocketFrame.isControl(kind)) {
                return new Piece(kind, payload);
            }
            if (kind == WebSocketFrame.CONTINUATION) {
                check(messageKind != 0, "a continuation of nothing");
            } else {
                check(messageKind == 0, "a message inside another");
                messageKind = kind;
            }
            if (++fragments > limits.fragments()) {
                throw tooLarge("a message of more than " + limits.fragments() + " fragments");
            }
            message.write(payload);
            if (last) {
                return complete();
            }
        }
    }

    private Piece complete() {
        Piece complete = new Piece(messageKind, message.toByteArray());
        message.reset();
        messageKind = 0;
        fragments = 0;
        return complete;
    }

    private byte[] payload(int kind, boolean last) throws IOException {
        int second = in.readUnsignedByte();
        boolean masked = (second & WebSocketFrame.MASKED) != 0;
        check(masked == fromClient, fromClient ? "a client's frame without mask" : "a server's frame with a mask");
        long length = length(second & 0x7f);
        if (WebSocketFrame.isControl(kind)) {
            check(last && length <= WebSocketFrame.LONGEST_CONTROL, "a frame of control in parts or too long");
        } else if (length > limits.messageBytes() - message.size()) {
            throw tooLarge("a message of more than " + limits.messageBytes() + " bytes");
        }
        byte[] key = new byte[masked ? 4 : 0];
        in.readFully(key);
        byte[] payload = in.readNBytes((int) length);
        if (payload.length < length) {
            throw new EOFException("the peer of a WebSocket has gone in the middle of a frame");
        }
        if (masked) {
            WebSocketFrame.mask(payload, 0, payload.length, key);
        }
        return payload;
    }

    private long length(int shortForm) throws IOException {
        long length = switch (shortForm) {
            case WebSocketFrame.LENGTH_16 -> in.readUnsignedShort();
            case WebSocketFrame.LENGTH_64 -> in.readLong();
            default -> shortForm;
        };
        long least = switch (shortForm) {
            case WebSocketFrame.LENGTH_16 -> WebSocketFrame.LONGEST_CONTROL + 1;
            case WebSocketFrame.LENGTH_64 -> 1 << 16;
            default -> 0;
        };
        check(length >= least, "a length that is not in its shortest form");
        return length;
    }

    private static WebSocketException tooLarge(String message) {
        return new WebSocketException(WebSocketFrame.TOO_LARGE, message);
    }

    private static void check(boolean fine, String otherwise) throws WebSocketException {
        if (!fine) {
            throw new WebSocketException(WebSocketFrame.PROTOCOL_ERROR, otherwise);
        }
    }
}
