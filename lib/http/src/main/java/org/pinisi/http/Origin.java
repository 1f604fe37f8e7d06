package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;

/// Where a client sends requests: an address, with TLS or without (RFC 6454).
///
/// @param secure whether the server must speak TLS
public record Origin(Address address, boolean secure) {
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    public Origin {
        requireNonNull(address, "address");
    }

    /// Without TLS.
    public static Origin plain(Address address) {
        return new Origin(address, false);
    }

    /// With TLS.
    public static Origin secure(String host, int port) {
        return new Origin(Address.inet(host, port), true);
    }

    /// The origin of a URI of scheme `http` or `https`; its path and query do not matter.
    ///
    /// @throws IllegalArgumentException if it has another scheme or no host
    public static Origin of(URI uri) {
        String scheme = uri.getScheme();
        boolean secure = "https".equalsIgnoreCase(scheme);
        if ((!secure && !"http".equalsIgnoreCase(scheme)) || uri.getHost() == null) {
            throw new IllegalArgumentException("origin: scheme " + scheme + ", host " + uri.getHost()
                    + " (expected: http://host or https://host, with a port or without)");
        }
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? HTTPS : HTTP;
        return new Origin(Address.inet(bare, port), secure);
    }

    /// The server's name or IP address; `localhost` for a unix socket.
    public String host() {
        return switch (address) {
            case Address.Inet(String host, int _) -> host.isEmpty() ? "localhost" : host;
            case Address.Unix(Path _) -> "localhost";
        };
    }

    /// What stands in the Host field: the port only if it is not the scheme's own.
    String hostField() {
        return switch (address) {
            case Address.Inet(String _, int port) when port == (secure ? HTTPS : HTTP) -> bracketed();
            case Address.Inet(String _, int port) -> bracketed() + ":" + port;
            case Address.Unix(Path _) -> "localhost";
        };
    }

    String scheme() {
        return secure ? "https" : "http";
    }

    private String bracketed() {
        return host().indexOf(':') >= 0 ? "[" + host() + "]" : host();
    }

    @Override
    public String toString() {
        return secure ? "https://" + hostField() : address.toString();
    }
}
