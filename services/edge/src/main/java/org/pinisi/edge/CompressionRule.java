package org.pinisi.edge;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Which answers the edge compresses where the app did not. Mind BREACH: an answer that holds both a secret
/// and text that a stranger may choose gives the secret away by its length when it is compressed and sent
/// over TLS.
///
/// @param codings the codings, the best liked first (zstd, br, gzip)
/// @param types the media types; `text/*` means all of that kind
/// @param smallest answers of a known length below are left alone (1 KiB; 0 to 1 GiB)
public record CompressionRule(List<Coding> codings, List<String> types, long smallest) {
    private static final Pattern TYPE = Pattern.compile("[a-z0-9!#$&^_.+-]{1,64}/(\\*|[a-z0-9!#$&^_.+-]{1,64})");
    private static final CompressionRule DEFAULTS = new CompressionRule(
            List.of(Coding.ZSTD, Coding.BROTLI, Coding.GZIP),
            List.of(
                    "text/*",
                    "application/javascript",
                    "application/json",
                    "application/manifest+json",
                    "application/wasm",
                    "application/xml",
                    "image/svg+xml"),
            1024);

    /// A content coding.
    public enum Coding {
        /// Zstandard (RFC 8878).
        ZSTD("zstd"),
        /// Brotli (RFC 7932).
        BROTLI("br"),
        /// gzip (RFC 1952).
        GZIP("gzip");

        private final String word;

        Coding(String word) {
            this.word = word;
        }

        /// The word for it in `Content-Encoding` and in route files.
        public String word() {
            return word;
        }
    }

    /// @throws EdgeException when a list is empty or a type malformed
    public CompressionRule {
        codings = List.copyOf(codings);
        types = List.copyOf(types);
        if (codings.isEmpty()) {
            throw EdgeException.at("codings", "empty (leave \"compression\" out for none)");
        }
        if (types.isEmpty() || types.size() > 100) {
            throw EdgeException.at("types", types.size() + " of them (expected: 1 to 100)");
        }
        for (int i = 0; i < types.size(); i++) {
            Expect.form("types[" + i + "]", types.get(i), TYPE, "a media type such as text/html or text/*");
        }
        Expect.between("smallest", smallest, 0, 1L << 30);
    }

    /// Whether a media type is one of these.
    ///
    /// @param type as in Content-Type, with or without parameters
    public boolean lists(String type) {
        String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return types.contains(bare) || types.contains(bare.split("/", 2)[0] + "/*");
    }

    public static CompressionRule defaults() {
        return DEFAULTS;
    }
}
