package org.pinisi.http;

import java.io.IOException;
import java.io.Serial;

/// A peer that breaks the rules of RFC 6455 or exceeds a limit; the socket was closed with this code.
final class WebSocketException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int code;

    WebSocketException(int code, String message) {
        super("the peer of a WebSocket broke the rules: " + message);
        this.code = code;
    }

    int code() {
        return code;
    }
}
