package org.pinisi.edge;

import org.pinisi.http.Head;
import org.pinisi.http.KnownField;

/// In which form a client wants to hear of a failure.
enum ErrorFormat {
    /// A page for people.
    HTML("text/html; charset=utf-8"),
    /// Two lines of text.
    TEXT("text/plain; charset=utf-8"),
    /// Problem details (RFC 9457).
    JSON("application/problem+json"),
    /// Only fields: `grpc-status` and `grpc-message`, as a trailers-only answer of gRPC.
    GRPC("application/grpc");

    private final String contentType;

    ErrorFormat(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /// What the request asks for by its Accept field or, if it is gRPC's, by its content type. HTML if it
    /// says nothing.
    static ErrorFormat of(Head head) {
        if (!head.isComplete()) {
            return HTML;
        }
        if (contains(head, KnownField.CONTENT_TYPE, "application/grpc")) {
            return GRPC;
        }
        if (!head.has(KnownField.ACCEPT) || contains(head, KnownField.ACCEPT, "text/html")) {
            return HTML;
        }
        if (contains(head, KnownField.ACCEPT, "json")) {
            return JSON;
        }
        boolean text = contains(head, KnownField.ACCEPT, "text/plain")
                || contains(head, KnownField.ACCEPT, "text/event-stream");
        return text ? TEXT : HTML;
    }

    private static boolean contains(Head head, KnownField field, String lower) {
        int index = head.index(field);
        if (index < 0) {
            return false;
        }
        byte[] bytes = head.bytes();
        for (int i = head.valueStart(index); i + lower.length() <= head.valueEnd(index); i++) {
            if (matches(bytes, i, lower)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(byte[] bytes, int start, String lower) {
        for (int i = 0; i < lower.length(); i++) {
            byte b = bytes[start + i];
            if ((b >= 'A' && b <= 'Z' ? b | 0x20 : b) != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
