package org.pinisi.http;

import java.nio.charset.StandardCharsets;

/// The content codings that answers may be prepared in (RFC 9110, section 8.4.1).
public enum ContentCoding {
    /// RFC 1952.
    GZIP("gzip"),
    /// RFC 7932.
    BROTLI("br"),
    /// RFC 8878.
    ZSTD("zstd");

    private static final ContentCoding[] ALL = values();
    private static final int EVERY = (1 << ALL.length) - 1;

    private final String token;
    private final int bit;

    ContentCoding(String token) {
        this.token = token;
        this.bit = 1 << ordinalBit();
    }

    /// What stands in Content-Encoding and Accept-Encoding.
    public String token() {
        return token;
    }

    /// This coding's bit in a set of codings.
    public int bit() {
        return bit;
    }

    /// Whether it is in the set.
    public boolean isIn(int codings) {
        return (codings & bit) != 0;
    }

    @SuppressWarnings("EnumOrdinal") // a bit within this program, stored nowhere
    private int ordinalBit() {
        return ordinal();
    }

    /// The codings that the value of one Accept-Encoding field allows (RFC 9110, section 12.5.3), as
    /// bits.
    public static int allowed(String acceptEncoding) {
        byte[] bytes = acceptEncoding.getBytes(StandardCharsets.ISO_8859_1);
        return allowed(bytes, 0, bytes.length);
    }

    /// The codings that the value of one Accept-Encoding field allows (RFC 9110, section 12.5.3), read
    /// in place.
    static int allowed(byte[] bytes, int start, int end) {
        int allowed = 0;
        int named = 0;
        boolean others = false;
        int from = start;
        for (int p = start; p <= end; p++) {
            if (p < end && bytes[p] != ',') {
                continue;
            }
            int nameStart = skipBlanks(bytes, from, p);
            int nameEnd = nameStart;
            while (nameEnd < p && Ascii.isToken(bytes[nameEnd])) {
                nameEnd++;
            }
            boolean wanted = isWanted(bytes, nameEnd, p);
            if (nameEnd - nameStart == 1 && bytes[nameStart] == '*') {
                others = wanted;
            } else {
                int bit = bit(bytes, nameStart, nameEnd);
                named |= bit;
                allowed |= wanted ? bit : 0;
            }
            from = p + 1;
        }
        return others ? allowed | (EVERY & ~named) : allowed;
    }

    private static int bit(byte[] bytes, int start, int end) {
        for (ContentCoding coding : ALL) {
            if (Ascii.equalsIgnoreCase(bytes, start, end, coding.token)) {
                return coding.bit;
            }
        }
        return Ascii.equalsIgnoreCase(bytes, start, end, "x-gzip") ? GZIP.bit : 0;
    }

    /// Whether what follows a name is no weight of zero; what is malformed counts as unwanted.
    private static boolean isWanted(byte[] bytes, int start, int end) {
        int p = skipBlanks(bytes, start, end);
        if (p == end) {
            return true;
        }
        if (bytes[p] != ';') {
            return false;
        }
        p = skipBlanks(bytes, p + 1, end);
        if (end - p < 3 || (bytes[p] | 0x20) != 'q' || bytes[p + 1] != '=') {
            return false;
        }
        for (int i = p + 2; i < end; i++) {
            if (bytes[i] >= '1' && bytes[i] <= '9') {
                return true;
            }
        }
        return false;
    }

    private static int skipBlanks(byte[] bytes, int start, int end) {
        int p = start;
        while (p < end && Ascii.isBlank(bytes[p])) {
            p++;
        }
        return p;
    }
}
