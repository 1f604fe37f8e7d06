package org.pinisi.web;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// The host names under which the pages may be asked for. A foreign site can make its own name point at this machine
/// (DNS
/// rebinding) and would then read the pages as its own; such a request carries the foreign name, and is refused.
final class HostNames {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-fA-F:.]{2,45}]");
    private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");

    private final List<String> names;

    /// @param names in lower case
    HostNames(List<String> names) {
        this.names = List.copyOf(names);
    }

    /// @param host the value of the Host field, with or without a port
    boolean allows(String host) {
        String name = PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
        return IPV4.matcher(name).matches()
                || IPV6.matcher(name).matches()
                || name.equals("localhost")
                || name.endsWith(".localhost")
                || names.contains(name);
    }
}
