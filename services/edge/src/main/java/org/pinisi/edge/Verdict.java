package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// An answer that the edge gives by itself in place of an upstream.
///
/// @param status of the answer; from 400 on with the usual page for it
/// @param fields more fields, each with its line's end
/// @param type what the content is; empty if there is none
/// @param content for a status below 400
record Verdict(int status, String fields, String type, String content) {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /// The client must go elsewhere. `location` must hold nothing that ends a line.
    static Verdict redirect(int status, String location) {
        return new Verdict(status, "Location: " + location + "\r\n", "", "");
    }

    /// The usual page for this status, which is 400 or more.
    static Verdict refused(int status) {
        return new Verdict(status, "", "", "");
    }

    static Verdict content(String type, String content) {
        return new Verdict(200, "Cache-Control: no-store\r\n", type, content);
    }

    boolean isRefusal() {
        return status >= 400;
    }

    /// The whole answer as it stands on a wire of HTTP/1.1; the head alone as the answer to HEAD. Not
    /// for refusals.
    ByteBuf write(ByteBufAllocator allocator, boolean close, boolean headOnly, Instant now) {
        byte[] body = content.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 " + status + " " + reason() + "\r\nDate: " + DATE.format(now) + "\r\n" + fields
                + (type.isEmpty() ? "" : "Content-Type: " + type + "\r\n") + "Content-Length: " + body.length + "\r\n"
                + (close ? "Connection: close\r\n\r\n" : "\r\n");
        byte[] first = head.getBytes(ISO_8859_1);
        ByteBuf out = allocator.directBuffer(first.length + body.length);
        out.writeBytes(first);
        return headOnly ? out : out.writeBytes(body);
    }

    private String reason() {
        return switch (status) {
            case 200 -> "OK";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            default -> "";
        };
    }
}
