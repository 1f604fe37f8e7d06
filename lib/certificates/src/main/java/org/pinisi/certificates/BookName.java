package org.pinisi.certificates;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Names that the book has entries for, and how their folders are called: `*` and `:` are no characters for
/// files on every system, so `*.example.org` lies in `wildcard_.example.org` and `2001:db8::1` in
/// `ip6_2001-db8--1`. No host name has an underscore here, so no two names share a folder.
final class BookName {
    private static final int MOST_CHARACTERS = 253;
    private static final String WILDCARD = "*.";
    private static final String WILDCARD_FOLDER = "wildcard_.";
    private static final String ADDRESS_FOLDER = "ip6_";
    private static final Pattern HOST =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final Pattern NUMBER = Pattern.compile("(?:.*\\.)?[0-9]+");

    private BookName() {}

    /// The one spelling of a name: lower case, ASCII, no dot at the end; of an IP address RFC 5952's.
    ///
    /// @throws CertificateException when it is none
    static String of(String text) {
        String name = text.strip();
        if (name.startsWith("[") && name.endsWith("]")) {
            name = name.substring(1, name.length() - 1);
        }
        if (name.contains(":")) {
            return IpText.of(name).orElseThrow(() -> wrong(text));
        }
        boolean wildcard = name.startsWith(WILDCARD);
        String host = wildcard ? name.substring(WILDCARD.length()) : name;
        try {
            String ascii = IDN.toASCII(host, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
            String bare = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
            String result = wildcard ? WILDCARD + bare : bare;
            check(result);
            return result;
        } catch (IllegalArgumentException notAName) {
            throw wrong(text);
        }
    }

    /// @throws CertificateException when it is no name, or not in its one spelling
    static void check(String name) {
        boolean fits = name.contains(":")
                ? IpText.of(name).filter(name::equals).isPresent()
                : isHost(name.startsWith(WILDCARD) ? name.substring(WILDCARD.length()) : name, name);
        if (!fits) {
            throw wrong(name);
        }
    }

    private static boolean isHost(String host, String whole) {
        if (whole.length() > MOST_CHARACTERS || !HOST.matcher(host).matches()) {
            return false;
        }
        // What ends in a number is an IPv4 address or nothing (WHATWG URL, host parsing).
        return !NUMBER.matcher(host).matches()
                || (host.equals(whole) && IpText.of(host).isPresent());
    }

    static boolean isAddress(String name) {
        return IpText.of(name).isPresent();
    }

    static String folder(String name) {
        if (name.startsWith(WILDCARD)) {
            return WILDCARD_FOLDER + name.substring(WILDCARD.length());
        }
        return name.contains(":") ? ADDRESS_FOLDER + name.replace(':', '-') : name;
    }

    /// The name whose folder this is, or empty when it is no name's.
    static Optional<String> ofFolder(String folder) {
        String name = folder.startsWith(WILDCARD_FOLDER)
                ? WILDCARD + folder.substring(WILDCARD_FOLDER.length())
                : folder.startsWith(ADDRESS_FOLDER)
                        ? folder.substring(ADDRESS_FOLDER.length()).replace('-', ':')
                        : folder;
        try {
            check(name);
            return Optional.of(name).filter(known -> folder(known).equals(folder));
        } catch (CertificateException notAName) {
            return Optional.empty();
        }
    }

    private static CertificateException wrong(String text) {
        return new CertificateException("\"" + BookText.line(text, BookText.SHORT)
                + "\" is no name for a certificate; expected is a host name (example.org), a wildcard"
                + " (*.example.org) or an IP address");
    }
}
