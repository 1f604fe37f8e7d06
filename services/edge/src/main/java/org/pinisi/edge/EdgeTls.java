package org.pinisi.edge;

import java.time.Duration;
import java.util.List;
import org.pinisi.http.Address;

/// How an edge speaks TLS with its clients.
///
/// @param listen where clients connect with TLS; none is allowed
/// @param strictNames whether a client that asks for an unknown name is sent away (yes), and a request
///     for a host that the certificate of its connection does not cover gets 421; else the default
///     certificate serves for both
/// @param handshakeTime from connecting to the end of the handshake (10 s), then closed
/// @param handshakes most handshakes under way at once (1,000); beyond, connections are closed
public record EdgeTls(List<Address> listen, boolean strictNames, Duration handshakeTime, int handshakes) {
    private static final EdgeTls NONE = new EdgeTls(List.of(), true, Duration.ofSeconds(10), 1000);

    /// @throws EdgeException when a value is out of its range, naming the key
    public EdgeTls {
        listen = List.copyOf(listen);
        if (!handshakeTime.isPositive() || handshakeTime.compareTo(Duration.ofMinutes(5)) > 0) {
            throw new EdgeException(
                    "handshake-time: " + handshakeTime + " (expected: more than nothing, at most five minutes)");
        }
        if (handshakes < 1) {
            throw new EdgeException("handshakes: " + handshakes + " (expected: 1 or more)");
        }
    }

    /// No TLS, and the defaults named above.
    public static EdgeTls none() {
        return NONE;
    }

    static EdgeTls of(EdgeSettings words) {
        return new EdgeTls(
                words.addressesIfAny("listen-tls"),
                words.isOn("strict-names", NONE.strictNames),
                words.time("handshake-time", NONE.handshakeTime),
                words.count("handshakes", NONE.handshakes));
    }
}
