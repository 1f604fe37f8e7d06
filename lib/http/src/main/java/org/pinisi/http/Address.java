package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Where a server listens or a client connects: a TCP host and port, or the path of a unix domain socket.
///
/// In text: `host:port`, `[::1]:port`, `:port` (every interface) and `unix:/path/to/socket`.
public sealed interface Address {
    /// A TCP address. An empty host means every interface when listening; port 0 lets the kernel choose when
    /// listening.
    record Inet(String host, int port) implements Address {
        public Inet {
            requireNonNull(host, "host");
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
            }
            if (host.chars().anyMatch(c -> c <= ' ' || c > '~' || c == '/' || c == '@' || c == '[' || c == ']')) {
                throw new IllegalArgumentException("host: \"" + host + "\" (expected: a name or an IP address)");
            }
        }

        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /// A unix domain socket. The kernel bounds the path's length to 107 bytes (unix(7)).
    record Unix(Path path) implements Address {
        private static final int LONGEST = 107;

        public Unix {
            requireNonNull(path, "path");
            int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
            if (length == 0 || length > LONGEST) {
                throw new IllegalArgumentException("path of a unix socket: " + length + " bytes, \"" + path
                        + "\" (expected: 1 to " + LONGEST + "); choose a shorter folder");
            }
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }

    static Address inet(String host, int port) {
        return new Inet(host, port);
    }

    static Address unix(Path path) {
        return new Unix(path);
    }

    /// Reads the text form. Throws IllegalArgumentException that says what was expected.
    static Address parse(String text) {
        if (text.startsWith("unix:")) {
            return new Unix(Path.of(text.substring("unix:".length())));
        }
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        boolean literal = host.startsWith("[") && host.endsWith("]");
        String digits = text.substring(colon + 1);
        boolean number =
                !digits.isEmpty() && digits.length() <= 5 && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (colon < 0 || !number || (!literal && host.indexOf(':') >= 0)) {
            throw new IllegalArgumentException(
                    "address: \"" + text + "\" (expected: host:port, [ipv6]:port, :port or unix:/path)");
        }
        return new Inet(literal ? host.substring(1, host.length() - 1) : host, Integer.parseInt(digits));
    }
}
