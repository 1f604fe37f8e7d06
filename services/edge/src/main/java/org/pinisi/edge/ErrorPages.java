package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.pinisi.http.Head;
import org.pinisi.http.KnownField;

/// The answers that the edge makes itself, written for a stranger: what happened, whose turn it is, and nothing about
/// what is
/// behind.
final class ErrorPages {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ErrorPages() {}

    /// A whole answer: head and body, or the head alone as the answer to HEAD.
    static ByteBuf answer(
            ByteBufAllocator allocator, int status, boolean plain, boolean close, boolean headOnly, Instant now) {
        byte[] body = (plain ? text(status) : html(status)).getBytes(UTF_8);
        String head =
                "HTTP/1.1 " + status + " " + title(status) + "\r\nDate: " + DATE.format(now) + "\r\nContent-Type: "
                        + (plain ? "text/plain" : "text/html") + "; charset=utf-8\r\nContent-Length: " + body.length
                        + "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                        + (status == 503 ? "Retry-After: 5\r\n" : "") + (close ? "Connection: close\r\n\r\n" : "\r\n");
        byte[] first = head.getBytes(US_ASCII);
        ByteBuf out = allocator.directBuffer(first.length + body.length);
        out.writeBytes(first);
        return headOnly ? out : out.writeBytes(body);
    }

    /// Whether the request's Accept field asks for text and not for HTML.
    static boolean prefersText(Head head) {
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.kind(i) == KnownField.OTHER && head.name(i).equalsIgnoreCase("accept")) {
                String accept = head.value(i).toLowerCase(Locale.ROOT);
                return !accept.contains("text/html")
                        && (accept.contains("text/plain")
                                || accept.contains("application/json")
                                || accept.contains("text/event-stream"));
            }
        }
        return false;
    }

    private static String text(int status) {
        return status + " " + title(status) + "\n" + explanation(status) + "\n";
    }

    private static String html(int status) {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex">
                <title>%1$d %2$s</title>
                <style>
                :root { color-scheme: light dark }
                body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto 0; padding: 0 1.5rem }
                h1 { font-size: 1.5rem; margin: 0 0 .5rem }
                p { margin: 0; opacity: .8 }
                </style>
                </head>
                <body>
                <main>
                <h1>%1$d &middot; %2$s</h1>
                <p>%3$s</p>
                </main>
                </body>
                </html>
                """.formatted(status, title(status), explanation(status));
    }

    static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 404 -> "Not Found";
            case 408 -> "Request Timeout";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 417 -> "Expectation Failed";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "Error";
        };
    }

    private static String explanation(int status) {
        return switch (status) {
            case 400 ->
                "The request was not understood. If you typed the address, check it; otherwise the program that sent "
                        + "the request is at fault.";
            case 404 -> "No service answers to this name here. Check the address for a typing error.";
            case 408 -> "The request did not arrive in time. Check your connection and try again.";
            case 413 -> "What you sent is larger than this service takes.";
            case 414 -> "The address is longer than this service takes.";
            case 417 -> "The request expects something that this service does not offer.";
            case 431 ->
                "The request's header fields are larger than this service takes. Deleting this site's cookies may help.";
            case 501 -> "This service does not know this kind of request.";
            case 502 ->
                "The service behind this address broke off. It may be starting again; try once more in a moment.";
            case 503 -> "The service behind this address is not running just now. Try again in a few seconds.";
            case 504 -> "The service behind this address did not answer in time. Try again in a moment.";
            case 505 -> "The request is of a version of HTTP that this service does not speak.";
            default -> "Something went wrong here. Try again in a moment.";
        };
    }
}
