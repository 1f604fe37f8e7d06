package org.pinisi.edge;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the lists in `X-Forwarded-For` and `Forwarded` (RFC 7239, section 4).
final class ForwardedList {
    private ForwardedList() {}

    /// The parts between these separators, stripped; a separator within quotes is none. Nothing if a
    /// quote does not end, since whoever reads on behind it would read something else than we.
    static List<String> split(String text, char separator) {
        List<String> parts = new ArrayList<>();
        if (text.isBlank()) {
            return parts;
        }
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(start, i).strip());
                start = i + 1;
            }
        }
        parts.add(text.substring(start).strip());
        return quoted ? List.of() : parts;
    }

    /// The value of a parameter of one element, without its quotes; empty if it is not there.
    static String parameter(String element, String name) {
        for (String pair : split(element, ';')) {
            int equals = pair.indexOf('=');
            if (equals > 0 && pair.substring(0, equals).strip().equalsIgnoreCase(name)) {
                return unquoted(pair.substring(equals + 1).strip());
            }
        }
        return "";
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || !value.startsWith("\"") || !value.endsWith("\"")) {
            return value;
        }
        return value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    /// The address in `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]` or
    /// `[2001:db8::1]:4711`; null for anything else, such as `unknown` and names that hide one.
    static @Nullable InetAddress address(String hop) {
        String text = hop;
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            text = end < 0 ? "" : hop.substring(1, end);
        } else if (hop.indexOf(':') == hop.lastIndexOf(':') && hop.indexOf(':') > 0) {
            text = hop.substring(0, hop.indexOf(':'));
        }
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(text);
        return address == null ? null : plain(address);
    }

    /// An IPv4 address that is written as one of IPv6 is the IPv4 address.
    private static InetAddress plain(InetAddress address) {
        try {
            return InetAddress.getByAddress(address.getAddress());
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
        }
    }
}
