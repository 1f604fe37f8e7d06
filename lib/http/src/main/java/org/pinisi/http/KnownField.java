package org.pinisi.http;

import java.util.Arrays;
import java.util.Locale;

/// The fields that the parser recognises by name while it reads a head, so that looking them up costs an
/// array access.
public enum KnownField {
    /// Any field that is not in this list.
    OTHER(""),
    HOST("Host"),
    CONNECTION("Connection"),
    CONTENT_LENGTH("Content-Length"),
    TRANSFER_ENCODING("Transfer-Encoding"),
    UPGRADE("Upgrade"),
    EXPECT("Expect"),
    TE("TE"),
    TRAILER("Trailer"),
    KEEP_ALIVE("Keep-Alive"),
    PROXY_CONNECTION("Proxy-Connection"),
    DATE("Date"),
    SERVER("Server"),
    VIA("Via"),
    COOKIE("Cookie"),
    RANGE("Range"),
    IF_RANGE("If-Range"),
    IF_NONE_MATCH("If-None-Match"),
    IF_MODIFIED_SINCE("If-Modified-Since"),
    IF_MATCH("If-Match"),
    IF_UNMODIFIED_SINCE("If-Unmodified-Since"),
    CONTENT_TYPE("Content-Type"),
    CONTENT_ENCODING("Content-Encoding"),
    ACCEPT_ENCODING("Accept-Encoding"),
    CACHE_CONTROL("Cache-Control"),
    LOCATION("Location"),
    RETRY_AFTER("Retry-After"),
    FORWARDED("Forwarded"),
    X_FORWARDED_FOR("X-Forwarded-For"),
    X_FORWARDED_HOST("X-Forwarded-Host"),
    X_FORWARDED_PROTO("X-Forwarded-Proto"),
    X_REAL_IP("X-Real-IP"),
    X_REQUEST_ID("X-Request-ID"),
    LAST_EVENT_ID("Last-Event-ID"),
    STRICT_TRANSPORT_SECURITY("Strict-Transport-Security"),
    ACCEPT("Accept"),
    REFERER("Referer"),
    USER_AGENT("User-Agent"),
    TRACEPARENT("traceparent"),
    TRACESTATE("tracestate");

    private static final int LONGEST = 25;
    private static final KnownField[][] BY_LENGTH = byLength();

    private final String text;
    private final String lower;

    KnownField(String text) {
        this.text = text;
        this.lower = text.toLowerCase(Locale.ROOT);
    }

    /// The name as written in RFC 9110.
    public String text() {
        return text;
    }

    /// This field's place in the parser's tables.
    @SuppressWarnings("EnumOrdinal") // an array index within this program, stored nowhere
    int slot() {
        return ordinal();
    }

    /// The field of this name in any case, or OTHER.
    static KnownField of(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length > LONGEST) {
            return OTHER;
        }
        for (KnownField candidate : BY_LENGTH[length]) {
            if (Ascii.equalsIgnoreCase(bytes, start, end, candidate.lower)) {
                return candidate;
            }
        }
        return OTHER;
    }

    private static KnownField[][] byLength() {
        KnownField[][] result = new KnownField[LONGEST + 1][];
        for (int length = 0; length <= LONGEST; length++) {
            int wanted = length;
            result[length] = Arrays.stream(values())
                    .filter(field -> field.lower.length() == wanted && field != OTHER)
                    .toArray(KnownField[]::new);
        }
        return result;
    }
}
