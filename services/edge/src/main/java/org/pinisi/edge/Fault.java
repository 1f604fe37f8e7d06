package org.pinisi.edge;

/// Why the edge answered in place of an upstream, or cut an answer: for the log, the metrics and the error
/// pages.
enum Fault {
    MALFORMED(0, "malformed-request"),
    TOO_LARGE(1, "too-large"),
    CLIENT_SLOW(2, "client-slow"),
    CLIENT_GONE(3, "client-gone"),
    NO_ROUTE(4, "no-route"),
    MISDIRECTED(5, "misdirected"),
    UNSUPPORTED(6, "unsupported"),
    UNAUTHENTICATED(7, "unauthenticated"),
    FORBIDDEN(8, "forbidden"),
    RATE_LIMITED(9, "rate-limited"),
    MAINTENANCE(10, "maintenance"),
    NO_UPSTREAM(11, "no-upstream"),
    OVERLOADED(12, "overloaded"),
    CONNECT_FAILED(13, "connect-failed"),
    CONNECT_TIMED_OUT(14, "connect-timed-out"),
    UPSTREAM_BROKE_OFF(15, "upstream-broke-off"),
    UPSTREAM_MALFORMED(16, "upstream-malformed"),
    UPSTREAM_TIMED_OUT(17, "upstream-timed-out"),
    INTERNAL(18, "internal"),
    OTHER(19, "other");

    /// How many there are.
    static final int COUNT = 20;

    private final int slot;
    private final String text;

    Fault(int slot, String text) {
        this.slot = slot;
        this.text = text;
    }

    /// Its place in a tally.
    int slot() {
        return slot;
    }

    /// The word in the log and in the metrics.
    String text() {
        return text;
    }

    /// What a status of ours means when nothing closer is known.
    static Fault of(int status) {
        return switch (status) {
            case 400 -> MALFORMED;
            case 401 -> UNAUTHENTICATED;
            case 403 -> FORBIDDEN;
            case 404 -> NO_ROUTE;
            case 408 -> CLIENT_SLOW;
            case 413, 414, 431 -> TOO_LARGE;
            case 405, 417, 501, 505 -> UNSUPPORTED;
            case 421 -> MISDIRECTED;
            case 429 -> RATE_LIMITED;
            case 500 -> INTERNAL;
            case 502 -> UPSTREAM_BROKE_OFF;
            case 503 -> NO_UPSTREAM;
            case 504 -> UPSTREAM_TIMED_OUT;
            default -> OTHER;
        };
    }
}
