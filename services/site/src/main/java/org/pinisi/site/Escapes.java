package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/// Percent-encoding of paths (RFC 3986, section 3.3) in one form only, so that one path has one
/// spelling.
final class Escapes {
    private static final String PLAIN = "-._~!$&'()*+,;=:@";
    private static final String IN_URI = PLAIN + "/?#[]%";
    private static final char[] DIGITS = "0123456789ABCDEF".toCharArray();

    private Escapes() {}

    /// The path of these names, with a slash in front.
    static String path(List<String> names) {
        StringBuilder text = new StringBuilder();
        for (String name : names) {
            text.append('/');
            escape(name, PLAIN, text);
        }
        return text.isEmpty() ? "/" : text.toString();
    }

    /// One name as it stands in a path.
    static String name(String name) {
        StringBuilder text = new StringBuilder(name.length() + 8);
        escape(name, PLAIN, text);
        return text.toString();
    }

    /// A URI as a person writes it: what may stand in one stays, escapes too; the rest is escaped.
    static String uri(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 8);
        escape(text, IN_URI, escaped);
        return escaped.toString();
    }

    private static void escape(String name, String plain, StringBuilder text) {
        for (byte b : name.getBytes(UTF_8)) {
            char c = (char) (b & 0xff);
            if (isAlphanumeric(c) || plain.indexOf(c) >= 0) {
                text.append(c);
            } else {
                text.append('%').append(DIGITS[c >> 4]).append(DIGITS[c & 15]);
            }
        }
    }

    private static boolean isAlphanumeric(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
