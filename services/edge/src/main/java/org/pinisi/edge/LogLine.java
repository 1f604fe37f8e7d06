package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;

/// One line of the access log in the making; one object for each client connection, used again for each request. The
/// query is
/// left out, since it may hold secrets.
final class LogLine {
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
    private static final int ROOM = 512;

    private final AccessLog.Lines lines;
    private byte[] client = {};
    private byte[] request = new byte[ROOM];
    private int requestLength;
    private byte[] bytes = new byte[ROOM];
    private int length;

    LogLine(AccessLog.Lines lines) {
        this.lines = lines;
    }

    void client(String address) {
        client = address.getBytes(US_ASCII);
    }

    /// Notes what is known at the start, since the head is gone at the end.
    void begin(Head head) {
        length = 0;
        raw(",\"host\":\"");
        escaped(head.bytes(), head.hostStart(), head.hostEnd());
        raw("\",\"method\":\"");
        escaped(head.bytes(), 0, head.methodEnd());
        raw("\",\"path\":\"");
        escaped(head.bytes(), head.pathStart(), head.pathEnd());
        raw('"');
        keep();
    }

    /// The request could not be read.
    void unreadable() {
        length = 0;
        raw(",\"host\":\"\",\"method\":\"\",\"path\":\"\"");
        keep();
    }

    private void keep() {
        byte[] swap = request;
        request = bytes;
        requestLength = length;
        bytes = swap;
        length = 0;
    }

    void end(int status, long answerBytes, long nanos, @Nullable String upstream, @Nullable String route) {
        length = 0;
        raw("{\"time\":\"");
        lines.writeTime(this);
        raw("\",\"client\":\"");
        raw(client, 0, client.length);
        raw('"');
        raw(request, 0, requestLength);
        raw(",\"status\":");
        number(status);
        raw(",\"bytes\":");
        number(answerBytes);
        raw(",\"ms\":");
        long micros = nanos / 1000;
        number(micros / 1000);
        raw('.');
        digits((int) (micros % 1000), 3);
        named(",\"upstream\":", upstream);
        named(",\"route\":", route);
        raw("}\n");
        lines.add(bytes, length);
    }

    private void named(String field, @Nullable String value) {
        raw(field);
        if (value == null) {
            raw("null");
            return;
        }
        raw('"');
        raw(value);
        raw('"');
    }

    void raw(char c) {
        room(1);
        bytes[length++] = (byte) c;
    }

    void raw(byte[] source, int from, int to) {
        room(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
    }

    private void raw(String text) {
        room(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
    }

    /// Exactly `count` digits.
    void digits(int value, int count) {
        room(count);
        int rest = value;
        for (int i = count - 1; i >= 0; i--) {
            bytes[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += count;
    }

    private void number(long value) {
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
    }

    private void escaped(byte[] source, int from, int to) {
        room((to - from) * 6);
        for (int i = from; i < to; i++) {
            byte b = source[i];
            if (b >= ' ' && b < 0x7f && b != '"' && b != '\\') {
                bytes[length++] = b;
            } else {
                bytes[length++] = '\\';
                bytes[length++] = 'u';
                bytes[length++] = '0';
                bytes[length++] = '0';
                bytes[length++] = HEX[(b >> 4) & 15];
                bytes[length++] = HEX[b & 15];
            }
        }
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
