package org.pinisi.edge;

import java.time.Instant;
import java.util.List;
import org.pinisi.http.Address;

/// A sign of life of a running edge.
///
/// @param version the program's version
/// @param pid its process
/// @param started when it began to listen
/// @param addresses where it listens, with the real ports
/// @param tlsAddresses where it listens for TLS, likewise
/// @param routes how many routes it has
/// @param connections client connections open now
/// @param droppedLogLines lines that the access log could not keep up with, since the start
public record EdgeHealth(
        String version,
        long pid,
        Instant started,
        List<Address> addresses,
        List<Address> tlsAddresses,
        int routes,
        int connections,
        long droppedLogLines) {
    public EdgeHealth {
        addresses = List.copyOf(addresses);
        tlsAddresses = List.copyOf(tlsAddresses);
    }
}
