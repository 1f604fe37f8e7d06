package org.pinisi.edge;

import java.net.InetAddress;
import java.util.List;

/// Whom an edge believes when it says who the client is, and how the edge says so to its upstreams.
///
/// @param proxies addresses of proxies before this edge whose `X-Forwarded-…` or `Forwarded` fields are
///     believed; from everybody else they are dropped
/// @param proxyProtocol addresses of load balancers that begin each connection with a PROXY line; such
///     a line is refused from everybody else, and a connection without it from these
/// @param forwarded which fields tell upstreams who the client is, and are read from trusted proxies
public record EdgeTrust(List<AddressRange> proxies, List<AddressRange> proxyProtocol, ForwardedStyle forwarded) {
    private static final EdgeTrust NOBODY = new EdgeTrust(List.of(), List.of(), ForwardedStyle.X_FORWARDED);

    public EdgeTrust {
        proxies = List.copyOf(proxies);
        proxyProtocol = List.copyOf(proxyProtocol);
    }

    /// Nobody is believed, and upstreams read `X-Forwarded-…`.
    public static EdgeTrust nobody() {
        return NOBODY;
    }

    static EdgeTrust of(EdgeSettings words) {
        return new EdgeTrust(
                words.ranges("trusted-proxies"),
                words.ranges("proxy-protocol"),
                ForwardedStyle.parse(words.text("forwarded", NOBODY.forwarded.word())));
    }

    boolean isProxy(InetAddress address) {
        return isIn(proxies, address);
    }

    boolean speaksProxyProtocol(InetAddress address) {
        return isIn(proxyProtocol, address);
    }

    private static boolean isIn(List<AddressRange> ranges, InetAddress address) {
        for (int i = 0; i < ranges.size(); i++) {
            if (ranges.get(i).contains(address)) {
                return true;
            }
        }
        return false;
    }
}
