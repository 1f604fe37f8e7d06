package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An HTML file that a rule names, held in memory from when the route is set.
final class HtmlPage {
    private static final Logger log = LoggerFactory.getLogger(HtmlPage.class);
    private static final long LARGEST = 1 << 20;
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final HtmlPage EMPTY = new HtmlPage(new byte[0]);

    private final byte[] body;

    private HtmlPage(byte[] body) {
        this.body = body;
    }

    /// @param field the rule's field, for the message
    /// @param mustWork whether it must be readable; if not, an empty page stands for one that is not
    /// @throws EdgeException when the file is too large or cannot be read
    static HtmlPage read(String field, Path file, boolean mustWork) {
        try {
            return read(field, file);
        } catch (EdgeException unusable) {
            if (mustWork) {
                throw unusable;
            }
            log.error("event=page-unusable cause=\"{}\" advice=\"put the route again\"", unusable.getMessage());
            return new HtmlPage(new byte[0]);
        }
    }

    private static HtmlPage read(String field, Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw EdgeException.at(field, file + " is larger than 1 MiB");
            }
            return new HtmlPage(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw EdgeException.at(field, "cannot read " + file + " (" + unreadable + ")");
        }
    }

    /// Nothing, for answers whose fields say it all.
    static HtmlPage empty() {
        return EMPTY;
    }

    /// A plain page that says these words.
    static HtmlPage saying(String text) {
        String clean = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
        return new HtmlPage("""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex">
                <title>Back soon</title>
                <style>
                :root { color-scheme: light dark }
                body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto 2rem; padding: 0 1.5rem }
                </style>
                </head>
                <body><main><p>%s</p></main></body>
                </html>
                """.formatted(clean).getBytes(StandardCharsets.UTF_8));
    }

    private static String reason(int status) {
        return switch (status) {
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            default -> ErrorPages.title(status);
        };
    }

    /// A whole answer as it stands on a wire of HTTP/1.1; for HEAD without the body.
    ByteBuf answer(
            ByteBufAllocator allocator, int status, List<String> fields, boolean close, boolean headOnly, Instant now) {
        StringBuilder head = new StringBuilder(256)
                .append("HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason(status))
                .append("\r\n");
        fields.forEach(field -> head.append(field).append("\r\n"));
        head.append("Date: ").append(DATE.format(now));
        head.append("\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: ")
                .append(body.length);
        head.append("\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n");
        head.append(close ? "Connection: close\r\n\r\n" : "\r\n");
        byte[] first = head.toString().getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf out = allocator.directBuffer(first.length + body.length).writeBytes(first);
        return headOnly ? out : out.writeBytes(body);
    }
}
