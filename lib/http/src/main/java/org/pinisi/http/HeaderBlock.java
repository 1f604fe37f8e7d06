package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// Writes header blocks of HPACK (RFC 7541) with the static table only. Such a block needs nothing that was
/// sent before, so one that was made once serves every connection.
final class HeaderBlock {
    /// Makes the peer's dynamic table empty, which the first block of a connection does: from then on no
    /// change of its size has to be told (RFC 7541, section 4.2).
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

    /// The fields of RFC 9113, section 8.2.2, have no place in HTTP/2; Date and Content-Length are set here.
    private static boolean isCarried(String name) {
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
