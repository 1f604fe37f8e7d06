package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.pinisi.http.Head;
import org.pinisi.http.KnownField;

/// Turns the opening of a tunnel over HTTP/2 (RFC 8441) into that of HTTP/1.1 (RFC 6455).
final class Tunnels {
    /// So much longer than the answer over HTTP/2 the one over HTTP/1.1 may be.
    static final int ROOM = 256;

    private static final String KEY = "sec-websocket-key";
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Tunnels() {}

    /// Writes the 101 that a client of HTTP/1.1 gets when its upstream has answered 200.
    static void switching(Head request, ByteBuf answer, ByteBuf out) {
        ascii(
                out,
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
                        + request.value(KnownField.UPGRADE) + "\r\n");
        for (int i = 0; i < request.fieldCount(); i++) {
            if (request.kind(i) == KnownField.OTHER && request.name(i).equalsIgnoreCase(KEY)) {
                ascii(out, "Sec-WebSocket-Accept: " + accept(request.value(i)) + "\r\n");
            }
        }
        int line = answer.bytesBefore((byte) '\n') + 1;
        out.writeBytes(answer, answer.readerIndex() + line, answer.readableBytes() - line);
    }

    private static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    /// RFC 6455, section 4.2.2.
    private static String accept(String key) {
        try {
            byte[] sum = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(sum);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java has SHA-1", absent);
        }
    }
}
