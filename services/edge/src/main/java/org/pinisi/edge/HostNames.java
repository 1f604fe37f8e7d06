package org.pinisi.edge;

import java.net.IDN;
import java.util.Locale;
import java.util.regex.Pattern;

/// Host names as routes keep them: lower case, without closing dot, internationalised ones in their ASCII
/// form (`xn--…`).
///
/// The JDK maps by IDNA 2003. Where that and the standard of today (IDNA 2008, UTS 46) disagree about a
/// letter – `ß`, `ς` and the two joiners – a name could lead to somebody else's, so such a name must be
/// given in its ASCII form.
final class HostNames {
    static final String CATCH_ALL = "*";
    private static final int LONGEST = 253;
    private static final String DEVIATIONS = "ßẞς\u200c\u200d";
    private static final Pattern HOST =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_]([a-z0-9_-]{0,62}))*|\\[[0-9a-f:.]+]");

    private HostNames() {}

    /// An exact name.
    static String exact(String field, String host) {
        String clean = ascii(field, host);
        if (clean.length() > LONGEST || !HOST.matcher(clean).matches()) {
            throw malformed(field, host);
        }
        return clean;
    }

    /// An exact name, a wildcard for one label (`*.example.org`), or `*`.
    static String pattern(String field, String host) {
        if (host.equals(CATCH_ALL)) {
            return host;
        }
        if (!host.startsWith("*.")) {
            return exact(field, host);
        }
        String parent = ascii(field, host.substring(2));
        if (parent.length() > LONGEST - 2
                || parent.startsWith("[")
                || !HOST.matcher(parent).matches()) {
            throw malformed(field, host);
        }
        return "*." + parent;
    }

    private static String ascii(String field, String host) {
        String closed = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (closed.chars().allMatch(c -> c < 0x80)) {
            return closed.toLowerCase(Locale.ROOT);
        }
        if (closed.chars().anyMatch(c -> DEVIATIONS.indexOf(c) >= 0)) {
            throw EdgeException.at(
                    field,
                    "\"" + host + "\" has a letter that old and new rules for such names read differently;"
                            + " give the name in its ASCII form, xn--…");
        }
        try {
            String name = IDN.toASCII(closed).toLowerCase(Locale.ROOT);
            return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        } catch (IllegalArgumentException unmappable) {
            throw EdgeException.at(
                    field,
                    "\"" + host + "\" cannot be put into ASCII (" + unmappable.getMessage()
                            + "); give it in its ASCII form, xn--…");
        }
    }

    private static EdgeException malformed(String field, String host) {
        return EdgeException.at(
                field,
                "\"" + host + "\" (expected: a host name without port or path, such as clock.example.org,"
                        + " *.example.org for one label, or * for whatever is left)");
    }
}
