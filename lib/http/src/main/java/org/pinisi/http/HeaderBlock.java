package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/// Writes header blocks of HPACK (RFC 7541) with the static table only. Such a block needs nothing
/// that was sent before, so one that was made once serves every connection.
final class HeaderBlock {
    /// Makes the peer's dynamic table empty, which the first block of a connection does: from then
    /// on no change of its size has to be told (RFC 7541, section 4.2).
    static final int EMPTY_TABLE = 0x20;

    private static final int INDEXED = 0x80;
    private static final int NOT_INDEXED = 0x00;
    private static final int NEVER_INDEXED = 0x10;
    private static final int NAME_BITS = 4;
    private static final int STATUS = 8;
    private static final int DATE = 33;
    private static final int DATE_START = "Date: ".length();
    private static final int DATE_END = 2;
    /// The names of RFC 7541, appendix A, that answers use.
    private static final Map<String, Integer> NAMES = Map.ofEntries(
            Map.entry("accept-ranges", 18),
            Map.entry("access-control-allow-origin", 20),
            Map.entry("age", 21),
            Map.entry("allow", 22),
            Map.entry("cache-control", 24),
            Map.entry("content-disposition", 25),
            Map.entry("content-encoding", 26),
            Map.entry("content-language", 27),
            Map.entry("content-length", 28),
            Map.entry("content-location", 29),
            Map.entry("content-range", 30),
            Map.entry("content-type", 31),
            Map.entry("etag", 34),
            Map.entry("expires", 36),
            Map.entry("last-modified", 44),
            Map.entry("link", 45),
            Map.entry("location", 46),
            Map.entry("proxy-authenticate", 48),
            Map.entry("retry-after", 53),
            Map.entry("server", 54),
            Map.entry("set-cookie", 55),
            Map.entry("strict-transport-security", 56),
            Map.entry("vary", 59),
            Map.entry("via", 60),
            Map.entry("www-authenticate", 61));

    private static final int METHOD_GET = 2;
    private static final int METHOD_POST = 3;
    private static final int METHOD = 2;
    private static final int PATH = 4;
    private static final int SCHEME_HTTP = 6;
    private static final int SCHEME_HTTPS = 7;
    private static final int AUTHORITY = 1;
    private static final int LONGEST_NAME = 32;
    /// The names of RFC 7541, appendix A, by their length, as bytes; at the same places their indices.
    private static final byte[][][] STATIC_NAMES = new byte[LONGEST_NAME][][];
    private static final int[][] STATIC_INDICES = new int[LONGEST_NAME][];

    static {
        String[] names = ("accept-charset,15 accept-encoding,16 accept-language,17 accept,19 authorization,23 cookie,32"
                        + " date,33 expect,35 from,37 if-match,39 if-modified-since,40 if-none-match,41 if-range,42"
                        + " if-unmodified-since,43 max-forwards,47 proxy-authorization,49 range,50 referer,51"
                        + " user-agent,58 "
                        + String.join(
                                " ",
                                NAMES.entrySet().stream()
                                        .map(entry -> entry.getKey() + "," + entry.getValue())
                                        .toList()))
                .split(" ", -1);
        for (int length = 0; length < LONGEST_NAME; length++) {
            int wanted = length;
            String[] found = Arrays.stream(names)
                    .filter(name -> name.indexOf(',') == wanted)
                    .toArray(String[]::new);
            STATIC_NAMES[length] = Arrays.stream(found)
                    .map(name -> name.substring(0, wanted).getBytes(StandardCharsets.US_ASCII))
                    .toArray(byte[][]::new);
            STATIC_INDICES[length] = Arrays.stream(found)
                    .mapToInt(name -> Integer.parseInt(name.substring(wanted + 1)))
                    .toArray();
        }
    }

    private HeaderBlock() {}

    /// The block of a prepared answer, without date.
    static byte[] of(PreparedAnswer answer) {
        ByteBuf out = Unpooled.buffer();
        status(out, answer.status());
        fields(out, answer.fields());
        if (answer.saysLength()) {
            field(out, "content-length", Long.toString(answer.length()));
        }
        return ByteBufUtil.getBytes(out);
    }

    static void status(ByteBuf out, int status) {
        int index = switch (status) {
            case 200 -> 8;
            case 204 -> 9;
            case 206 -> 10;
            case 304 -> 11;
            case 400 -> 12;
            case 404 -> 13;
            case 500 -> 14;
            default -> 0;
        };
        if (index > 0) {
            out.writeByte(INDEXED | index);
        } else {
            number(out, NOT_INDEXED, NAME_BITS, STATUS);
            string(out, Integer.toString(status));
        }
    }

    /// One field; the name is put into lower case.
    static void field(ByteBuf out, String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        // What is secret must not get into a table that another request could probe (RFC 7541, section 7.1).
        int kind = lower.equals("set-cookie") ? NEVER_INDEXED : NOT_INDEXED;
        Integer index = NAMES.get(lower);
        if (index != null) {
            number(out, kind, NAME_BITS, index);
        } else {
            out.writeByte(kind);
            string(out, lower);
        }
        string(out, value);
    }

    /// Every field that HTTP/2 knows and that is not the connection's business.
    static void fields(ByteBuf out, Fields fields) {
        for (Fields.Field field : fields.all()) {
            if (isCarried(field.name())) {
                field(out, field.name(), field.value());
            }
        }
    }

    /// How many bytes [#date] writes.
    static final int DATE_LENGTH = 32;

    static void date(ByteBuf out, HttpDate date) {
        byte[] line = date.line();
        int length = line.length - DATE_START - DATE_END;
        number(out, NOT_INDEXED, NAME_BITS, DATE);
        number(out, 0, 7, length);
        out.writeBytes(line, DATE_START, length);
    }

    /// The fields of RFC 9113, section 8.2.2, have no place in HTTP/2; Date and Content-Length are
    /// set here.
    static boolean isCarried(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "date",
                    "content-length",
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "transfer-encoding",
                    "upgrade" -> false;
            default -> true;
        };
    }

    // ---- of a head as HTTP/1.1 writes it

    static void method(ByteBuf out, byte[] bytes, int start, int end) {
        if (Ascii.equals(bytes, start, end, "GET")) {
            out.writeByte(INDEXED | METHOD_GET);
        } else if (Ascii.equals(bytes, start, end, "POST")) {
            out.writeByte(INDEXED | METHOD_POST);
        } else {
            number(out, NOT_INDEXED, NAME_BITS, METHOD);
            string(out, bytes, start, end);
        }
    }

    static void connect(ByteBuf out) {
        number(out, NOT_INDEXED, NAME_BITS, METHOD);
        string(out, "CONNECT");
    }

    static void authority(ByteBuf out, byte[] bytes, int start, int end) {
        number(out, NOT_INDEXED, NAME_BITS, AUTHORITY);
        string(out, bytes, start, end);
    }

    static void scheme(ByteBuf out, boolean secure) {
        out.writeByte(INDEXED | (secure ? SCHEME_HTTPS : SCHEME_HTTP));
    }

    static void path(ByteBuf out, byte[] bytes, int start, int end) {
        if (end - start == 1 && bytes[start] == '/') {
            out.writeByte(INDEXED | PATH);
        } else {
            number(out, NOT_INDEXED, NAME_BITS, PATH);
            string(out, bytes, start, end);
        }
    }

    /// One field line, unless HTTP/2 does not know it (RFC 9113, section 8.2.2). A request's Host
    /// becomes :authority.
    static void line(
            ByteBuf out, byte[] bytes, int nameStart, int nameEnd, int valueStart, int valueEnd, boolean isRequest) {
        KnownField kind = KnownField.of(bytes, nameStart, nameEnd);
        line(out, kind, bytes, nameStart, nameEnd, valueStart, valueEnd, isRequest);
    }

    /// One field of an answer, with the same exception.
    static void field(ByteBuf out, Head head, int index) {
        line(
                out,
                head.kind(index),
                head.bytes(),
                head.nameStart(index),
                head.nameEnd(index),
                head.valueStart(index),
                head.valueEnd(index),
                false);
    }

    private static void line(
            ByteBuf out,
            KnownField kind,
            byte[] bytes,
            int nameStart,
            int nameEnd,
            int valueStart,
            int valueEnd,
            boolean isRequest) {
        switch (kind) {
            case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE -> {
                // the connection's business
            }
            case HOST -> {
                if (!isRequest) {
                    field(out, bytes, nameStart, nameEnd, valueStart, valueEnd);
                }
            }
            case TE -> {
                if (isRequest) {
                    field(out, bytes, nameStart, nameEnd, valueStart, valueEnd);
                }
            }
            default -> field(out, bytes, nameStart, nameEnd, valueStart, valueEnd);
        }
    }

    private static void field(ByteBuf out, byte[] bytes, int nameStart, int nameEnd, int valueStart, int valueEnd) {
        int length = nameEnd - nameStart;
        int index = staticName(bytes, nameStart, nameEnd);
        // Nothing is indexed anyway; what is secret is marked, so that nobody behind indexes it either.
        int kind = isSecret(index) ? NEVER_INDEXED : NOT_INDEXED;
        if (index > 0) {
            number(out, kind, NAME_BITS, index);
        } else {
            out.writeByte(kind);
            number(out, 0, 7, length);
            for (int i = nameStart; i < nameEnd; i++) {
                out.writeByte(Ascii.toLower(bytes[i]));
            }
        }
        string(out, bytes, valueStart, valueEnd);
    }

    private static boolean isSecret(int index) {
        return switch (index) {
            case 23, 32, 49, 55 -> true;
            default -> false;
        };
    }

    private static int staticName(byte[] bytes, int start, int end) {
        int length = end - start;
        if (length >= LONGEST_NAME) {
            return 0;
        }
        byte[][] candidates = STATIC_NAMES[length];
        for (int i = 0; i < candidates.length; i++) {
            if (isName(candidates[i], bytes, start)) {
                return STATIC_INDICES[length][i];
            }
        }
        return 0;
    }

    private static boolean isName(byte[] lower, byte[] bytes, int start) {
        for (int i = 0; i < lower.length; i++) {
            if (lower[i] != Ascii.toLower(bytes[start + i])) {
                return false;
            }
        }
        return true;
    }

    private static void string(ByteBuf out, byte[] bytes, int start, int end) {
        number(out, 0, 7, end - start);
        out.writeBytes(bytes, start, end - start);
    }

    private static void string(ByteBuf out, String text) {
        number(out, 0, 7, text.length());
        out.writeCharSequence(text, StandardCharsets.ISO_8859_1);
    }

    /// RFC 7541, section 5.1.
    private static void number(ByteBuf out, int first, int bits, int value) {
        int most = (1 << bits) - 1;
        if (value < most) {
            out.writeByte(first | value);
            return;
        }
        out.writeByte(first | most);
        int rest = value - most;
        while (rest >= 0x80) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }
}
