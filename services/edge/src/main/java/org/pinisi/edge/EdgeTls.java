package org.pinisi.edge;

import java.time.Duration;
import java.util.List;
import org.pinisi.http.Address;
import org.pinisi.http.Http3Gateway;

/// How an edge speaks TLS with its clients.
///
/// @param listen where clients connect with TLS; none is allowed
/// @param strictNames whether a client that asks for an unknown name is sent away (yes), and a request
///     for a host that the certificate of its connection does not cover gets 421; else the default
///     certificate serves for both
/// @param handshakeTime from connecting to the end of the handshake (10 s), then closed
/// @param handshakes most handshakes under way at once (1,000); beyond, connections are closed
/// @param http3 whether HTTP/3 is spoken at the same addresses over UDP (no)
/// @param http3Port the port that clients are told for it; 0 for that of the first listener with TLS (0)
public record EdgeTls(
        List<Address> listen,
        boolean strictNames,
        Duration handshakeTime,
        int handshakes,
        boolean http3,
        int http3Port) {
    private static final EdgeTls NONE = new EdgeTls(List.of(), true, Duration.ofSeconds(10), 1000, false, 0);
    private static final int LARGEST_PORT = 65_535;
    private static final long REMEMBERED = Duration.ofDays(1).toSeconds();

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
        if (http3Port < 0 || http3Port > LARGEST_PORT) {
            throw new EdgeException("http3-port: " + http3Port + " (expected: 0 to " + LARGEST_PORT + ")");
        }
        if (http3 && listen.stream().noneMatch(Address.Inet.class::isInstance)) {
            throw new EdgeException("http3: on (expected: off where no address of listen-tls has a port)");
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
                words.count("handshakes", NONE.handshakes),
                words.isOn("http3", NONE.http3),
                words.count("http3-port", NONE.http3Port));
    }

    /// How HTTP/3 is offered to those who come over TCP (RFC 7838), to be remembered for a day; empty if it is
    /// not spoken, or if the port is known only when the listener is open.
    String altSvc() {
        int port = http3Port;
        for (Address address : listen) {
            if (port == 0 && address instanceof Address.Inet(String _, int own)) {
                port = own;
            }
        }
        return http3 && port > 0 ? Http3Gateway.PROTOCOL + "=\":" + port + "\"; ma=" + REMEMBERED : "";
    }
}
