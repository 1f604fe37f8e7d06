package org.pinisi.certificates;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// How names are looked up, and what is looked at before an authority is asked.
///
/// @param resolvers who answers questions; empty: those of the system
/// @param check whether it is looked at that a name points here before an authority is asked. Off where it
///     cannot be seen from here: behind some NATs and content networks
/// @param authoritative whether the servers of the name's own zone are asked (through the resolvers we find
///     only out who they are), so that no stale answer deceives us
/// @param addresses under which we can be reached from outside; empty: those of this machine's interfaces
/// @param httpPort where an authority will come for HTTP-01; other than 80 only in a test
/// @param serverPort where the servers of zones listen; other than 53 only in a test
/// @param propagation how long to wait until all servers of a zone show a new record
public record DnsSettings(
        List<InetSocketAddress> resolvers,
        boolean check,
        boolean authoritative,
        Set<InetAddress> addresses,
        int httpPort,
        int serverPort,
        Duration propagation) {
    private static final int HTTP = 80;
    private static final int DOMAIN = 53;

    public DnsSettings {
        resolvers = List.copyOf(resolvers);
        addresses = Set.copyOf(addresses);
        if (!propagation.isPositive()) {
            throw new CertificateException("propagation " + propagation + " (expected: more than zero)");
        }
    }

    /// The system's resolvers, checks on, 2 minutes.
    public static DnsSettings standard() {
        return new DnsSettings(List.of(), true, true, Set.of(), HTTP, DOMAIN, Duration.ofMinutes(2));
    }

    public DnsSettings withCheck(boolean on) {
        return new DnsSettings(resolvers, on, authoritative, addresses, httpPort, serverPort, propagation);
    }

    public DnsSettings withResolvers(List<InetSocketAddress> others) {
        return new DnsSettings(others, check, authoritative, addresses, httpPort, serverPort, propagation);
    }

    public DnsSettings withAddresses(Set<InetAddress> others) {
        return new DnsSettings(resolvers, check, authoritative, others, httpPort, serverPort, propagation);
    }
}
