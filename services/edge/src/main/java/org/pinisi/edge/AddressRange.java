package org.pinisi.edge;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.regex.Pattern;

/// A block of IP addresses: `10.0.0.0/8`, `2001:db8::/32`, or one address, `192.0.2.7`.
///
/// An IPv4 address mapped into IPv6 (`::ffff:192.0.2.7`) is that IPv4 address. Host names are not looked
/// up.
///
/// @param address the block's first address; bits behind the prefix must be 0
/// @param prefix how many of its bits are fixed: 0 to 32, or to 128 for IPv6
public record AddressRange(InetAddress address, int prefix) {
    private static final Pattern LITERAL = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");
    private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");

    /// @throws EdgeException when the prefix is too long or bits behind it are set
    public AddressRange {
        byte[] bytes = address.getAddress();
        if (prefix < 0 || prefix > bytes.length * 8) {
            throw new EdgeException("the block " + address.getHostAddress() + "/" + prefix
                    + " (expected: a prefix of 0 to " + bytes.length * 8 + ")");
        }
        for (int bit = prefix; bit < bytes.length * 8; bit++) {
            if ((bytes[bit / 8] & (0x80 >> (bit % 8))) != 0) {
                throw new EdgeException("the block " + address.getHostAddress() + "/" + prefix
                        + " has bits behind its prefix (expected: " + first(bytes, prefix) + "/" + prefix + ")");
            }
        }
    }

    /// Reads the text form.
    ///
    /// @throws EdgeException when it is no address or block, saying what was expected
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        String digits = slash < 0 ? "" : text.substring(slash + 1);
        if (!LITERAL.matcher(literal).matches()
                || (slash >= 0 && !PREFIX.matcher(digits).matches())) {
            throw unreadable(text);
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException malformed) {
            throw unreadable(text);
        }
        return new AddressRange(address, slash < 0 ? address.getAddress().length * 8 : Integer.parseInt(digits));
    }

    private static EdgeException unreadable(String text) {
        return new EdgeException(
                "\"" + text + "\" (expected: an IP address or block, such as 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32)");
    }

    private static String first(byte[] bytes, int prefix) {
        byte[] clean = Arrays.copyOf(bytes, bytes.length);
        for (int bit = prefix; bit < clean.length * 8; bit++) {
            clean[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
        }
        try {
            return InetAddress.getByAddress(clean).getHostAddress();
        } catch (java.net.UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// Whether the address is in the block.
    public boolean contains(InetAddress candidate) {
        byte[] mine = address.getAddress();
        byte[] other = candidate.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (mine[i] != other[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || ((mine[whole] ^ other[whole]) & (0xff00 >> rest) & 0xff) == 0;
    }

    @Override
    public String toString() {
        String text = address.getHostAddress();
        return prefix == address.getAddress().length * 8 ? text : text + "/" + prefix;
    }
}
