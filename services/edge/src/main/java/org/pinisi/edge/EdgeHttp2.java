package org.pinisi.edge;

/// How an edge speaks HTTP/2 with its clients. Over TLS it is offered always.
///
/// @param clear whether clients in clear may speak it too, who know that beforehand (RFC 9113, section
///     3.3) (yes)
/// @param streams most requests under way at once on one connection (128); beyond, they are refused
///     and may be sent again
public record EdgeHttp2(boolean clear, int streams) {
    private static final EdgeHttp2 DEFAULTS = new EdgeHttp2(true, 128);
    private static final int MOST_STREAMS = 10_000;

    /// @throws EdgeException when a value is out of its range, naming the key
    public EdgeHttp2 {
        if (streams < 1 || streams > MOST_STREAMS) {
            throw new EdgeException("http2-streams: " + streams + " (expected: 1 to " + MOST_STREAMS + ")");
        }
    }

    /// The defaults named above.
    public static EdgeHttp2 defaults() {
        return DEFAULTS;
    }

    static EdgeHttp2 of(EdgeSettings words) {
        return new EdgeHttp2(words.isOn("h2c", DEFAULTS.clear), words.count("http2-streams", DEFAULTS.streams));
    }
}
