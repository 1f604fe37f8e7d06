package org.pinisi.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Percent-decoding (RFC 3986, section 2.1), once and strictly: bad digits, NUL and text that is not UTF-8
/// are refused.
final class Percent {
    private Percent() {}

    /// Decodes one part of a URI; `plus` says whether a plus sign means a space, as in forms.
    static String decode(String text, boolean plus) {
        if (text.indexOf('%') < 0 && (!plus || text.indexOf('+') < 0)) {
            return text;
        }
        byte[] out = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Ascii.hex(text.charAt(i + 1)) : -1;
                int low = i + 2 < text.length() ? Ascii.hex(text.charAt(i + 2)) : -1;
                if (high < 0 || low < 0 || (high | low) == 0) {
                    throw new HttpException(
                            400,
                            "malformed percent-encoding (expected: two hexadecimal digits after each percent sign)");
                }
                out[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                out[length++] = c == '+' && plus ? (byte) ' ' : (byte) c;
            }
        }
        return utf8(out, length);
    }

    private static String utf8(byte[] bytes, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new HttpException(400, "percent-encoded text that is not UTF-8", e);
        }
    }

    /// The segments of a path, each decoded by itself; the last is empty if the path ends in a slash. Dot
    /// segments are refused, encoded or not: nobody sends them who means well.
    static List<String> segments(String path) {
        List<String> result = new ArrayList<>();
        for (String raw : path.substring(path.startsWith("/") ? 1 : 0).split("/", -1)) {
            String segment = decode(raw, false);
            if (segment.equals(".") || segment.equals("..")) {
                throw new HttpException(400, "a path with a . or .. segment");
            }
            result.add(segment);
        }
        return List.copyOf(result);
    }

    /// The parameters of a query or a form, in order of first appearance.
    static Map<String, List<String>> parameters(String query) {
        Map<String, List<String>> result = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals), true);
            String value = equals < 0 ? "" : decode(pair.substring(equals + 1), true);
            result.computeIfAbsent(name, _ -> new ArrayList<>(1)).add(value);
        }
        return result;
    }
}
