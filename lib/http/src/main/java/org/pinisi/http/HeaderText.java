package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Turns header lists of HTTP/2 into heads as HTTP/1.1 writes them, and back (RFC 9113, section 8).
/// Names and values were checked before, so that none can begin another line.
final class HeaderText {
    private static final AsciiString COOKIE = AsciiString.cached("cookie");
    private static final AsciiString KEY = AsciiString.cached("sec-websocket-key");
    private static final AsciiString UPGRADE = AsciiString.cached("GET");
    private static final byte[] VERSION = ascii(" HTTP/1.1\r\n");
    private static final byte[] STATUS = ascii("HTTP/1.1 ");
    private static final byte[] HOST = ascii("host: ");
    private static final byte[] CHUNKED = ascii("transfer-encoding: chunked\r\n");
    private static final byte[] EMPTY = ascii("content-length: 0\r\n");
    private static final byte[] LINE = ascii("\r\n");
    private static final int KEY_BYTES = 16;
    private static final int STATUS_AT = "HTTP/1.1 ".length();

    private HeaderText() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /// A request whose list was checked by [Http2RequestRules]. An extended CONNECT becomes the GET
    /// that asks for an upgrade (RFC 8441, section 5).
    static void request(Http2Headers headers, boolean end, ByteBuf out) {
        CharSequence protocol = headers.get(Http2RequestRules.PROTOCOL);
        AsciiString method = protocol == null ? Http2RequestRules.ascii(headers.method()) : UPGRADE;
        write(out, method);
        out.writeByte(' ');
        write(out, headers.path());
        out.writeBytes(VERSION);
        CharSequence authority = headers.authority();
        if (authority != null) {
            out.writeBytes(HOST);
            write(out, authority);
            out.writeBytes(LINE);
        }
        fields(headers, authority != null, out);
        boolean counted = headers.contains(Http2RequestRules.CONTENT_LENGTH);
        if (protocol != null) {
            upgrade(headers, protocol, out);
        } else if (!end && !counted) {
            out.writeBytes(CHUNKED);
        } else if (!counted && expectsLength(method)) {
            out.writeBytes(EMPTY);
        }
        out.writeBytes(LINE);
    }

    private static boolean expectsLength(AsciiString method) {
        return method.contentEquals("POST") || method.contentEquals("PUT") || method.contentEquals("PATCH");
    }

    private static void fields(Http2Headers headers, boolean withoutHost, ByteBuf out) {
        boolean cookies = false;
        for (Map.Entry<CharSequence, CharSequence> entry : headers) {
            CharSequence name = entry.getKey();
            if (COOKIE.contentEquals(name)) {
                cookies = true;
            } else if (name.charAt(0) != ':' && !(withoutHost && Http2RequestRules.HOST.contentEquals(name))) {
                field(out, name, entry.getValue());
            }
        }
        if (cookies) {
            // They may come in crumbs (RFC 9113, section 8.2.3).
            write(out, COOKIE);
            char next = ':';
            for (CharSequence crumb : headers.getAll(COOKIE)) {
                out.writeByte(next).writeByte(' ');
                write(out, crumb);
                next = ';';
            }
            out.writeBytes(LINE);
        }
    }

    private static void upgrade(Http2Headers headers, CharSequence protocol, ByteBuf out) {
        field(out, "connection", "upgrade");
        field(out, "upgrade", protocol);
        if (!headers.contains(KEY) && "websocket".contentEquals(protocol)) {
            byte[] key = new byte[KEY_BYTES];
            ThreadLocalRandom.current().nextBytes(key);
            field(out, KEY, Base64.getEncoder().encodeToString(key));
        }
    }

    /// An answer, checked by the decoder.
    static void answer(Http2Headers headers, ByteBuf out) {
        CharSequence status = headers.status();
        out.writeBytes(STATUS);
        write(out, status);
        out.writeByte(' ');
        out.writeBytes(LINE);
        for (Map.Entry<CharSequence, CharSequence> entry : headers) {
            if (entry.getKey().charAt(0) != ':') {
                field(out, entry.getKey(), entry.getValue());
            }
        }
        out.writeBytes(LINE);
    }

    private static void field(ByteBuf out, CharSequence name, CharSequence value) {
        write(out, name);
        out.writeByte(':').writeByte(' ');
        write(out, value);
        out.writeBytes(LINE);
    }

    private static void write(ByteBuf out, @Nullable CharSequence text) {
        if (text instanceof AsciiString bytes) {
            ByteBufUtil.copy(bytes, out);
        } else if (text != null) {
            out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
        }
    }

    // ---- and back

    /// Writes an answer's head as a header block.
    static void answer(ByteBuf text, ByteBuf out) {
        int start = text.readerIndex();
        int at = start + STATUS_AT;
        HeaderBlock.status(
                out, (text.getByte(at) - '0') * 100 + (text.getByte(at + 1) - '0') * 10 + text.getByte(at + 2) - '0');
        byte[] bytes = text.hasArray() ? text.array() : ByteBufUtil.getBytes(text);
        int from = text.hasArray() ? text.arrayOffset() + start : 0;
        int fields = indexOf(bytes, from, (byte) '\n') + 1;
        for (int line = fields; bytes[line] != '\r'; ) {
            line = field(bytes, line, out);
        }
    }

    /// Writes whole field lines of an answer, nothing behind them, into a header block.
    static void fields(byte[] lines, ByteBuf out) {
        for (int line = 0; line < lines.length; ) {
            line = field(lines, line, out);
        }
    }

    /// @return where the next line begins
    private static int field(byte[] bytes, int line, ByteBuf out) {
        int colon = indexOf(bytes, line, (byte) ':');
        int begin = valueStart(bytes, colon);
        HeaderBlock.line(out, bytes, line, colon, begin, Math.max(begin, valueEnd(bytes, colon)), false);
        return indexOf(bytes, line, (byte) '\n') + 1;
    }

    /// Writes a request's head as a header block; a `tunnel` is asked for by an extended CONNECT.
    static void request(ByteBuf text, boolean secure, boolean tunnel, ByteBuf out) {
        byte[] bytes = ByteBufUtil.getBytes(text);
        int methodEnd = indexOf(bytes, 0, (byte) ' ');
        int targetEnd = indexOf(bytes, methodEnd + 1, (byte) ' ');
        if (tunnel) {
            HeaderBlock.connect(out);
        } else {
            HeaderBlock.method(out, bytes, 0, methodEnd);
        }
        HeaderBlock.scheme(out, secure);
        HeaderBlock.path(out, bytes, methodEnd + 1, targetEnd);
        int fields = indexOf(bytes, targetEnd, (byte) '\n') + 1;
        int host = find(bytes, fields, "host");
        if (host >= 0) {
            HeaderBlock.authority(out, bytes, valueStart(bytes, host), valueEnd(bytes, host));
        }
        int upgrade = tunnel ? find(bytes, fields, "upgrade") : -1;
        if (upgrade >= 0) {
            HeaderBlock.field(
                    out,
                    ":protocol",
                    new String(
                            bytes,
                            valueStart(bytes, upgrade),
                            valueEnd(bytes, upgrade) - valueStart(bytes, upgrade),
                            StandardCharsets.ISO_8859_1));
        }
        for (int at = fields; bytes[at] != '\r'; at = indexOf(bytes, at, (byte) '\n') + 1) {
            int colon = indexOf(bytes, at, (byte) ':');
            if (!(tunnel && Ascii.equalsIgnoreCase(bytes, at, colon, "sec-websocket-key"))) {
                HeaderBlock.line(out, bytes, at, colon, valueStart(bytes, colon), valueEnd(bytes, colon), true);
            }
        }
    }

    /// The colon behind the first field of this name, or -1.
    private static int find(byte[] bytes, int fields, String name) {
        for (int at = fields; bytes[at] != '\r'; at = indexOf(bytes, at, (byte) '\n') + 1) {
            int colon = indexOf(bytes, at, (byte) ':');
            if (Ascii.equalsIgnoreCase(bytes, at, colon, name)) {
                return colon;
            }
        }
        return -1;
    }

    static int valueStart(byte[] bytes, int colon) {
        int start = colon + 1;
        while (Ascii.isBlank(bytes[start])) {
            start++;
        }
        return start;
    }

    /// Where the value behind this colon ends.
    static int valueEnd(byte[] bytes, int colon) {
        int end = indexOf(bytes, colon, (byte) '\r');
        while (end > colon + 1 && Ascii.isBlank(bytes[end - 1])) {
            end--;
        }
        return end;
    }

    static int indexOf(byte[] bytes, int from, byte wanted) {
        int at = from;
        while (bytes[at] != wanted) {
            at++;
        }
        return at;
    }
}
