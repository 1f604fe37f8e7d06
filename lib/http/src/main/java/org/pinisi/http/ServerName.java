package org.pinisi.http;

import io.netty.util.NetUtil;
import java.net.IDN;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The one form in which names of servers are compared: lower case, as DNS has it (IDNA), without final
/// dot; IP addresses as RFC 5952 writes them, without brackets.
final class ServerName {
    private static final String WILDCARD = "*.";

    private ServerName() {}

    /// What a client asked for, in that form. Not checked: what is odd is found nowhere.
    static String asked(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /// @throws IllegalArgumentException if it is no host name, wildcard, IP address or the empty name
    static String key(String name) {
        String rest = name.startsWith(WILDCARD) ? name.substring(2) : name;
        boolean wildcard = rest.length() < name.length();
        if (rest.isEmpty()) {
            if (wildcard) {
                throw new IllegalArgumentException("nothing after the wildcard");
            }
            return "";
        }
        InetAddress address = wildcard ? null : address(rest);
        return address != null ? NetUtil.toAddressString(address) : (wildcard ? WILDCARD : "") + hostName(rest);
    }

    private static @Nullable InetAddress address(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        return NetUtil.createInetAddressFromIpAddressString(bracketed ? text.substring(1, text.length() - 1) : text);
    }

    private static String hostName(String name) {
        String ascii = IDN.toASCII(name).toLowerCase(Locale.ROOT);
        boolean allowed = ascii.chars()
                .allMatch(c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_');
        if (!allowed || ascii.startsWith(".") || ascii.endsWith(".") || ascii.contains("..")) {
            throw new IllegalArgumentException("no host name");
        }
        return ascii;
    }
}
