package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;

/// Serialises the heads of answers.
final class AnswerHead {
    static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private AnswerHead() {}

    /// What decides how the body is framed. `length` is -1 if it is not known.
    record Shape(long length, boolean chunked, boolean keepAlive, boolean oldPeer) {}

    static ByteBuf write(ByteBufAllocator allocator, Response response, Shape shape, HttpDate date, int extra) {
        ByteBuf out = allocator.buffer(256 + extra);
        ascii(out, statusLine(response.status()));
        out.writeBytes(date.line());
        for (Fields.Field field : response.fields().all()) {
            if (!isOurs(field.name())) {
                line(out, field.name(), field.value());
            }
        }
        if (shape.length() >= 0) {
            line(out, "Content-Length", Long.toString(shape.length()));
        } else if (shape.chunked()) {
            line(out, "Transfer-Encoding", "chunked");
        }
        if (response.status() == 426) {
            line(out, "Connection", shape.keepAlive() ? "upgrade" : "upgrade, close");
        } else if (!shape.keepAlive()) {
            line(out, "Connection", "close");
        } else if (shape.oldPeer()) {
            line(out, "Connection", "keep-alive");
        }
        return out.writeByte('\r').writeByte('\n');
    }

    /// The whole head of an answer 101 (RFC 9110, section 15.2.2).
    static ByteBuf switching(ByteBufAllocator allocator, String protocol, Fields fields, HttpDate date) {
        ByteBuf out = allocator.buffer(256);
        ascii(out, statusLine(101));
        out.writeBytes(date.line());
        line(out, "Upgrade", protocol);
        line(out, "Connection", "Upgrade");
        for (Fields.Field field : fields.all()) {
            if (!isOurs(field.name()) && !field.name().equalsIgnoreCase("Upgrade")) {
                line(out, field.name(), field.value());
            }
        }
        return out.writeByte('\r').writeByte('\n');
    }

    static String statusLine(int status) {
        return "HTTP/1.1 " + status + " " + reason(status) + "\r\n";
    }

    static String reason(int status) {
        return switch (status) {
            case 101 -> "Switching Protocols";
            case 200 -> "OK";
            case 201 -> "Created";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 206 -> "Partial Content";
            case 301 -> "Moved Permanently";
            case 302 -> "Found";
            case 303 -> "See Other";
            case 304 -> "Not Modified";
            case 307 -> "Temporary Redirect";
            case 308 -> "Permanent Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 411 -> "Length Required";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 416 -> "Range Not Satisfiable";
            case 417 -> "Expectation Failed";
            case 421 -> "Misdirected Request";
            case 422 -> "Unprocessable Content";
            case 426 -> "Upgrade Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 502 -> "Bad Gateway";
            case 503 -> "Service Unavailable";
            case 504 -> "Gateway Timeout";
            case 505 -> "HTTP Version Not Supported";
            default -> "Status " + status;
        };
    }

    static void line(ByteBuf out, String name, String value) {
        ascii(out, name);
        out.writeByte(':').writeByte(' ');
        ascii(out, value);
        out.writeByte('\r').writeByte('\n');
    }

    static void ascii(ByteBuf out, String text) {
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    static Fields withoutOurs(Fields fields) {
        Fields result = fields;
        for (Fields.Field field : fields.all()) {
            if (isOurs(field.name())) {
                result = result.without(field.name());
            }
        }
        return result;
    }

    static boolean isOurs(String name) {
        return switch (name.length()) {
            case 4 -> name.equalsIgnoreCase("Date");
            case 10 -> name.equalsIgnoreCase("Connection");
            case 14 -> name.equalsIgnoreCase("Content-Length");
            case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
            default -> false;
        };
    }
}
