package org.pinisi.edge;

import java.util.Locale;

/// How the access log is written.
///
/// @param format what a line looks like
/// @param query what is written of a request's query, which may hold secrets
public record LogStyle(Format format, Query query) {
    /// What a line looks like.
    public enum Format {
        /// A JSON object a line.
        JSON,
        /// The Common Log Format with the referrer and the browser behind it, as Apache and nginx write it.
        COMBINED,
        /// The Common Log Format of the NCSA.
        COMMON
    }

    /// What is written of a query.
    public enum Query {
        /// Nothing.
        OFF,
        /// The names, with `*` in place of each value.
        MASKED,
        /// All of it.
        ON
    }

    /// JSON without queries.
    public static LogStyle defaults() {
        return new LogStyle(Format.JSON, Query.OFF);
    }

    /// Reads `json`, `combined` or `common`, and `off`, `masked` or `on`.
    ///
    /// @throws EdgeException for any other word, naming the key
    static LogStyle of(String format, String query) {
        return new LogStyle(
                switch (format.toLowerCase(Locale.ROOT)) {
                    case "json" -> Format.JSON;
                    case "combined" -> Format.COMBINED;
                    case "common" -> Format.COMMON;
                    default ->
                        throw new EdgeException(
                                "access-log-format: \"" + format + "\" (expected: json, combined or common)");
                },
                switch (query.toLowerCase(Locale.ROOT)) {
                    case "off" -> Query.OFF;
                    case "masked" -> Query.MASKED;
                    case "on" -> Query.ON;
                    default ->
                        throw new EdgeException("access-log-query: \"" + query + "\" (expected: off, masked or on)");
                });
    }
}
