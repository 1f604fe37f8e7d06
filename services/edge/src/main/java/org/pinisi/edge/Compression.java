package org.pinisi.edge;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.Framing;
import org.pinisi.http.Head;
import org.pinisi.http.KnownField;

/// Decides which answers are compressed and how. Immutable.
final class Compression {
    private static final int WIDEST = 128;

    private final List<ContentCoding> codings = new ArrayList<>();
    private final Set<String> types = new HashSet<>();
    private final Set<String> kinds = new HashSet<>();
    private final long smallest;

    Compression(CompressionRule rule) {
        for (CompressionRule.Coding coding : rule.codings()) {
            switch (coding) {
                case GZIP -> codings.add(ContentCoding.GZIP);
                case ZSTD -> codings.add(ContentCoding.ZSTD);
                case BROTLI -> {
                    // Its native part is missing on some machines.
                    if (Brotli4jLoader.isAvailable()) {
                        codings.add(ContentCoding.BROTLI);
                    }
                }
            }
        }
        for (String type : rule.types()) {
            if (type.endsWith("/*")) {
                kinds.add(type.substring(0, type.length() - 1));
            } else {
                types.add(type);
            }
        }
        smallest = rule.smallest();
    }

    /// Whether the answer depends on what the client accepts, whatever this one does.
    boolean mayCompress(Head request, Head answer) {
        int status = answer.status();
        boolean whole = status >= 200 && status < 300 && status != 204 && status != 206;
        boolean large = answer.contentLength() < 0 || answer.contentLength() >= smallest;
        return whole
                && large
                && answer.framing() != Framing.NONE
                && !request.methodIs("HEAD")
                && request.minorVersion() > 0
                && isPlain(answer)
                && isListed(answer)
                && !value(answer, "cache-control").contains("no-transform");
    }

    /// The coding for an answer that may be compressed; null to leave it as it is.
    @Nullable
    ContentCoding coding(Head request) {
        int allowed = 0;
        for (int i = 0; i < request.fieldCount(); i++) {
            if (request.kind(i) == KnownField.ACCEPT_ENCODING) {
                allowed |= ContentCoding.allowed(request.value(i));
            }
        }
        for (ContentCoding coding : codings) {
            if (coding.isIn(allowed)) {
                return coding;
            }
        }
        return null;
    }

    private static boolean isPlain(Head answer) {
        String coding = answer.value(KnownField.CONTENT_ENCODING);
        return (coding == null || coding.strip().equalsIgnoreCase("identity"))
                && value(answer, "content-range").isEmpty();
    }

    /// A stream of events is never compressed: each must leave at once.
    private boolean isListed(Head answer) {
        String given = answer.value(KnownField.CONTENT_TYPE);
        if (given == null) {
            return false;
        }
        int semicolon = given.indexOf(';');
        String type = (semicolon < 0 ? given : given.substring(0, semicolon)).strip();
        if (type.length() > WIDEST) {
            return false;
        }
        String lower = type.toLowerCase(Locale.ROOT);
        return !lower.equals("text/event-stream")
                && (types.contains(lower) || kinds.contains(lower.substring(0, lower.indexOf('/') + 1)));
    }

    private static String value(Head head, String name) {
        StringBuilder values = new StringBuilder();
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.name(i).equalsIgnoreCase(name)) {
                values.append(head.value(i).toLowerCase(Locale.ROOT)).append(',');
            }
        }
        return values.toString();
    }

    /// What no longer holds for the compressed answer.
    static boolean passes(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "content-length",
                    "transfer-encoding",
                    "content-encoding",
                    "content-md5",
                    "content-digest",
                    "digest",
                    "accept-ranges" -> false;
            default -> true;
        };
    }
}
