package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The answers that the edge makes itself, written for a stranger: what happened, whose turn it is, by
/// which id the one who runs this place finds it in the log, and nothing about what is behind.
final class ErrorPages {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ErrorPages() {}

    /// A whole answer as it stands on a wire of HTTP/1.1: head and body, or the head alone as the answer
    /// to HEAD.
    static ByteBuf answer(
            ByteBufAllocator allocator,
            ErrorAnswer error,
            ErrorFormat format,
            boolean close,
            boolean headOnly,
            Instant now) {
        byte[] body = body(error, format).getBytes(UTF_8);
        StringBuilder head = new StringBuilder(512);
        if (format == ErrorFormat.GRPC) {
            head.append("HTTP/1.1 200 OK\r\n");
            field(head, "grpc-status", Integer.toString(grpcStatus(error.status())));
            field(head, "grpc-message", title(error.status()));
        } else {
            head.append("HTTP/1.1 ").append(error.status()).append(' ');
            head.append(title(error.status())).append("\r\n");
        }
        field(head, "Date", DATE.format(now));
        field(head, "Content-Type", format.contentType());
        field(head, "Content-Length", Integer.toString(body.length));
        field(head, "Cache-Control", "no-store");
        field(head, "X-Content-Type-Options", "nosniff");
        if (format == ErrorFormat.HTML) {
            field(head, "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
        }
        if (!error.requestId().isEmpty()) {
            field(head, "X-Request-ID", error.requestId());
        }
        if (error.retryAfter() > 0) {
            field(head, "Retry-After", Integer.toString(error.retryAfter()));
        }
        if (close) {
            field(head, "Connection", "close");
        }
        byte[] first = head.append("\r\n").toString().getBytes(US_ASCII);
        ByteBuf out = allocator.directBuffer(first.length + body.length);
        out.writeBytes(first);
        return headOnly ? out : out.writeBytes(body);
    }

    private static void field(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static String body(ErrorAnswer error, ErrorFormat format) {
        return switch (format) {
            case HTML -> html(error);
            case TEXT -> text(error);
            case JSON -> json(error);
            case GRPC -> "";
        };
    }

    private static String text(ErrorAnswer error) {
        return error.status() + " " + title(error.status()) + "\n" + explanation(error) + "\n"
                + (error.requestId().isEmpty() ? "" : "Request: " + error.requestId() + "\n");
    }

    private static String json(ErrorAnswer error) {
        return EdgeJson.object()
                .put("title", title(error.status()))
                .put("status", error.status())
                .put("detail", explanation(error))
                .put("requestId", error.requestId())
                .toString();
    }

    private static String html(ErrorAnswer error) {
        String id = error.requestId().isEmpty()
                ? ""
                : "<p class=\"id\">If you report this, please name the request: <code>" + error.requestId()
                        + "</code></p>\n";
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="robots" content="noindex">
                <title>%1$d %2$s</title>
                <style>
                :root { color-scheme: light dark; --ink: #17212b; --soft: #56636f; --paper: #f7f6f2; --line: #dcd9d0 }
                @media (prefers-color-scheme: dark) {
                  :root { --ink: #e4eaee; --soft: #9aa8b3; --paper: #0f161c; --line: #2b3842 }
                }
                body { font: 1.05rem/1.6 system-ui, sans-serif; color: var(--ink); background: var(--paper);
                  max-width: 34rem; margin: 18vh auto 2rem; padding: 0 1.5rem }
                .status { font: 600 1rem ui-monospace, monospace; color: var(--soft); margin: 0 }
                h1 { font-size: 1.6rem; line-height: 1.25; margin: .2rem 0 .7rem }
                p { margin: 0 }
                .id { margin-top: 1.6rem; padding-top: .8rem; border-top: 1px solid var(--line);
                  color: var(--soft); font-size: .88rem; overflow-wrap: anywhere }
                </style>
                </head>
                <body>
                <main>
                <p class="status">%1$d</p>
                <h1>%2$s</h1>
                <p>%3$s</p>
                %4$s</main>
                </body>
                </html>
                """.formatted(error.status(), title(error), explanation(error), id);
    }

    private static String title(ErrorAnswer error) {
        return error.fault() == Fault.MAINTENANCE ? "Down for maintenance" : title(error.status());
    }

    static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 411 -> "Length Required";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 417 -> "Expectation Failed";
            case 421 -> "Misdirected Request";
            case 429 -> "Too Many Requests";
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

    private static String explanation(ErrorAnswer error) {
        return switch (error.fault()) {
            case MAINTENANCE -> "This service is being worked on. It will be back; please try again later.";
            case OVERLOADED ->
                "The service behind this address has more to do than it can. Try again in a few seconds.";
            case CONNECT_FAILED, CONNECT_TIMED_OUT ->
                "The service behind this address does not answer. It may be starting again; try once more in a moment.";
            default -> explanation(error.status());
        };
    }

    private static String explanation(int status) {
        return switch (status) {
            case 400 ->
                "The request was not understood. If you typed the address, check it; otherwise the program that sent "
                        + "the request is at fault.";
            case 401 -> "This service wants to know who you are, and was not told, or not rightly.";
            case 403 -> "This service is not open to you from where you are.";
            case 404 -> "No service answers to this name here. Check the address for a typing error.";
            case 405 -> "This address does not take this kind of request.";
            case 408 -> "The request did not arrive in time. Check your connection and try again.";
            case 411 -> "The request does not say how long it is.";
            case 413 -> "What you sent is larger than this service takes.";
            case 414 -> "The address is longer than this service takes.";
            case 417 -> "The request expects something that this service does not offer.";
            case 421 ->
                "This connection was made for another name. Load the page again; your browser then opens a new one.";
            case 429 -> "There were many requests from you in a short time. Wait a little, then try again.";
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

    /// As gRPC maps them (its document "HTTP to gRPC status code mapping").
    private static int grpcStatus(int status) {
        return switch (status) {
            case 400 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404 -> 12;
            case 429, 502, 503, 504 -> 14;
            default -> 2;
        };
    }
}
