package org.pinisi.certificates;

import java.net.InetAddress;
import java.util.List;

/// A name that a certificate can be for, in the one spelling that [BookName] gives it.
///
/// @param text `example.org`, `*.example.org`, `192.0.2.1` or `2001:db8::1`
record SubjectName(String text) implements Comparable<SubjectName> {
    private static final String WILDCARD = "*.";
    // RFC 2606, RFC 6761, RFC 6762, RFC 7686, RFC 8375, and what networks at home and at work have come to use.
    private static final List<String> PRIVATE_SUFFIXES = List.of(
            "localhost",
            "local",
            "internal",
            "intranet",
            "lan",
            "home",
            "corp",
            "private",
            "home.arpa",
            "test",
            "invalid",
            "onion");

    SubjectName {
        BookName.check(text);
    }

    /// @throws CertificateException when it is no name
    static SubjectName parse(String given) {
        return new SubjectName(BookName.of(given));
    }

    boolean isWildcard() {
        return text.startsWith(WILDCARD);
    }

    boolean isAddress() {
        return BookName.isAddress(text);
    }

    /// The name without `*.`.
    String domain() {
        return isWildcard() ? text.substring(WILDCARD.length()) : text;
    }

    InetAddress address() {
        return InetAddress.ofLiteral(text);
    }

    /// Whether a certificate for this also holds for that name: a wildcard covers exactly one label (RFC
    /// 9525).
    boolean covers(SubjectName other) {
        if (equals(other)) {
            return true;
        }
        int dot = other.text.indexOf('.');
        return isWildcard()
                && !other.isWildcard()
                && !other.isAddress()
                && dot > 0
                && other.text.substring(dot + 1).equals(domain());
    }

    /// Whether it ends in this suffix, at a label's border; the empty suffix is the end of every name.
    boolean endsWith(String suffix) {
        return suffix.isEmpty() || domain().equals(suffix) || domain().endsWith("." + suffix);
    }

    /// Whether a public certificate authority could give a certificate for it.
    boolean isPublic() {
        if (isAddress()) {
            return isPublic(address());
        }
        return domain().indexOf('.') >= 0 && PRIVATE_SUFFIXES.stream().noneMatch(this::endsWith);
    }

    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        boolean uniqueLocal = bytes.length == 16 && (bytes[0] & 0xfe) == 0xfc;
        boolean carrier = bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xc0) == 64;
        return !(uniqueLocal
                || carrier
                || address.isSiteLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress());
    }

    /// The server name under which TLS-ALPN-01 asks for it: itself, or of an address the name of its
    /// reverse (RFC 8738, section 6).
    String challengeServerName() {
        return isAddress() ? reverse(address()) : text;
    }

    private static String reverse(InetAddress address) {
        byte[] bytes = address.getAddress();
        StringBuilder name = new StringBuilder();
        for (int i = bytes.length - 1; i >= 0; i--) {
            if (bytes.length == 4) {
                name.append(bytes[i] & 0xff).append('.');
            } else {
                name.append(Integer.toHexString(bytes[i] & 0xf)).append('.');
                name.append(Integer.toHexString((bytes[i] >> 4) & 0xf)).append('.');
            }
        }
        return name.append(bytes.length == 4 ? "in-addr.arpa" : "ip6.arpa").toString();
    }

    @Override
    public int compareTo(SubjectName other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
