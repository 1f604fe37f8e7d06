package org.pinisi.http;

/// How much a WebSocket's peer may send at once.
///
/// @param messageBytes of one message, all fragments together; beyond it the socket is closed with 1009
/// @param fragments of one message; beyond it the same
public record WebSocketLimits(int messageBytes, int fragments) {
    private static final WebSocketLimits DEFAULTS = new WebSocketLimits(1 << 20, 1024);

    public WebSocketLimits {
        if (messageBytes < 1 || fragments < 1) {
            throw new IllegalArgumentException("limits of a WebSocket: " + messageBytes + " bytes, " + fragments
                    + " fragments (expected: at least 1 of each)");
        }
    }

    /// 1 MiB, 1,024 fragments.
    public static WebSocketLimits defaults() {
        return DEFAULTS;
    }
}
