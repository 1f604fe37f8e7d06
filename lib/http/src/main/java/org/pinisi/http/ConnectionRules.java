package org.pinisi.http;

/// The Connection field: whether the connection is kept, and which fields go no further than the next hop.
final class ConnectionRules {
    private ConnectionRules() {}

    static void apply(Head head) {
        head.keepAlive = head.minorVersion > 0;
        boolean named = false;
        for (int i = 0; i < head.fieldCount(); i++) {
            switch (head.kind(i)) {
                case CONNECTION -> {
                    head.markHopByHop(i);
                    named = true;
                }
                case KEEP_ALIVE, PROXY_CONNECTION, TE, UPGRADE -> head.markHopByHop(i);
                default -> {
                    // passes through
                }
            }
        }
        if (named) {
            options(head);
        }
        head.upgrade &= head.minorVersion > 0 && head.has(KnownField.UPGRADE);
    }

    private static void options(Head head) {
        boolean close = false;
        for (int i = head.index(KnownField.CONNECTION); i < head.fieldCount(); i++) {
            if (head.kind(i) != KnownField.CONNECTION) {
                continue;
            }
            int start = head.valueStart(i);
            int end = head.valueEnd(i);
            for (int p = start; p <= end; p++) {
                if (p == end || head.bytes()[p] == ',') {
                    close |= option(head, start, p);
                    start = p + 1;
                }
            }
        }
        head.keepAlive &= !close;
    }

    /// One option of the list; true if it is `close`.
    private static boolean option(Head head, int from, int to) {
        byte[] bytes = head.bytes();
        int start = from;
        int end = to;
        while (start < end && Ascii.isBlank(bytes[start])) {
            start++;
        }
        while (end > start && Ascii.isBlank(bytes[end - 1])) {
            end--;
        }
        if (start == end) {
            return false;
        }
        if (Ascii.equalsIgnoreCase(bytes, start, end, "close")) {
            return true;
        }
        if (Ascii.equalsIgnoreCase(bytes, start, end, "keep-alive")) {
            head.keepAlive = true;
        } else if (Ascii.equalsIgnoreCase(bytes, start, end, "upgrade")) {
            head.upgrade = true;
        } else {
            name(head, start, end);
        }
        return false;
    }

    private static void name(Head head, int start, int end) {
        for (int i = 0; i < head.fieldCount(); i++) {
            boolean framing = switch (head.kind(i)) {
                case HOST, CONTENT_LENGTH, TRANSFER_ENCODING -> true;
                default -> false;
            };
            if (!framing && Ascii.equalsIgnoreCase(head.bytes(), head.nameStart(i), head.nameEnd(i), start, end)) {
                head.markHopByHop(i);
            }
        }
    }

    /// Whether the client wants to have trailers (RFC 9110, section 10.1.4).
    static boolean takesTrailers(Head head) {
        int first = head.index(KnownField.TE);
        for (int i = first; first >= 0 && i < head.fieldCount(); i++) {
            if (head.kind(i) == KnownField.TE && named(head, i, "trailers")) {
                return true;
            }
        }
        return false;
    }

    private static boolean named(Head head, int field, String option) {
        for (String item : head.value(field).split(",", -1)) {
            if (item.strip().equalsIgnoreCase(option)) {
                return true;
            }
        }
        return false;
    }
}
