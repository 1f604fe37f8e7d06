package org.pinisi.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One line of the comparison: what is asked for, and over what.
///
/// @param wire what the requests travel on
/// @param content what they ask for
record SiteRow(Wire wire, Content content) {
    /// What requests travel on.
    enum Wire {
        PLAIN,
        TLS,
        H2;

        boolean isSecure() {
            return this != PLAIN;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What requests ask for.
    enum Content {
        /// One file of 1 KB.
        SMALL("1k"),
        /// One file of 64 KB.
        MIDDLE("64k"),
        /// One file of 5 MB.
        LARGE("5m"),
        /// The file of 1 KB again, with its ETag in If-None-Match.
        UNCHANGED("304"),
        /// A page of 64 KB to a client that takes gzip.
        COMPRESSED("gzip"),
        /// Any of 50,000 small files, in random order.
        MANY("50000");

        private final String word;

        Content(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /// `plain-1k`, `h2-304`, …
    String name() {
        return wire.word() + "-" + content.word();
    }

    static List<SiteRow> all() {
        List<SiteRow> rows = new ArrayList<>();
        for (Wire wire : Wire.values()) {
            for (Content content : Content.values()) {
                rows.add(new SiteRow(wire, content));
            }
        }
        return rows;
    }

    /// How many connections, and how many requests at once on each.
    int connections() {
        boolean large = content == Content.LARGE;
        if (wire != Wire.H2) {
            return large ? 16 : 64;
        }
        // h2load asks on each connection for the same files in the same order: one connection, or it is not random.
        return switch (content) {
            case MANY -> 1;
            case LARGE -> 4;
            case SMALL, MIDDLE, UNCHANGED, COMPRESSED -> 16;
        };
    }

    int streams() {
        if (wire != Wire.H2) {
            return 1;
        }
        return switch (content) {
            case MANY -> 100;
            case LARGE -> 4;
            case SMALL, MIDDLE, UNCHANGED, COMPRESSED -> 32;
        };
    }
}
