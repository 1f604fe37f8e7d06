package org.pinisi.certificates;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// IP addresses as text.
final class IpText {
    private static final int MOST_CHARACTERS = 45;
    private static final Pattern FOUR =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\\.|$)){4}");

    private IpText() {}

    /// The address in its one spelling (RFC 5952), or empty when it is none. An IPv6 address has no zone here.
    static Optional<String> of(String text) {
        if (text.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        if (!text.contains(":")) {
            return FOUR.matcher(text).matches() && !text.endsWith(".") ? Optional.of(text) : Optional.empty();
        }
        if (!text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.')) {
            return Optional.empty();
        }
        try {
            return Optional.of(shortest(InetAddress.ofLiteral(text)));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    /// The longest run of two or more zeros is left out, the first one of equals.
    private static String shortest(InetAddress address) {
        List<String> groups = List.of(address.getHostAddress().split(":", -1));
        int start = 0;
        int length = 1;
        for (int i = 0; i < groups.size(); i++) {
            int end = i;
            while (end < groups.size() && groups.get(end).equals("0")) {
                end++;
            }
            if (end - i > length) {
                start = i;
                length = end - i;
            }
        }
        return length < 2
                ? String.join(":", groups)
                : String.join(":", groups.subList(0, start)) + "::"
                        + String.join(":", groups.subList(start + length, groups.size()));
    }
}
