package org.pinisi.cli;

import java.util.Optional;
import picocli.CommandLine.ITypeConverter;

/// Where `pinisi up` is to listen for TLS: at an address, nowhere, or where it is free.
///
/// @param off nowhere
/// @param listen where; empty = beside the edge's other address: port 443 beside port 80, any free one
///     beside port 0,
///     else 8443 when that is free
record EdgeTlsWish(boolean off, Optional<Listen> listen) {
    static final String USUAL = "auto";
    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int OTHER = 8443;

    static EdgeTlsWish parse(String text) {
        return switch (text) {
            case "off" -> new EdgeTlsWish(true, Optional.empty());
            case USUAL -> new EdgeTlsWish(false, Optional.empty());
            default -> new EdgeTlsWish(false, Optional.of(Listen.parse(text)));
        };
    }

    /// For picocli.
    static final class Converter implements ITypeConverter<EdgeTlsWish> {
        @Override
        public EdgeTlsWish convert(String value) {
            return parse(value);
        }
    }

    /// Decides, now.
    ///
    /// @param plain the edge's other address, as asked for
    /// @throws CommandException when an address that was asked for is taken
    Optional<Listen> chosen(DataFolder data, Listen plain) {
        if (off) {
            return Optional.empty();
        }
        if (listen.isPresent()) {
            Listen there = listen.get().chosen(data, "edge-tls");
            there.refuseWhenTaken("edge-tls");
            return Optional.of(there);
        }
        if (plain.port() == 0) {
            return Optional.of(plain.chosen(data, "edge-tls"));
        }
        Listen beside = plain.withPort(plain.port() == HTTP ? HTTPS : OTHER);
        return Optional.of(beside).filter(Listen::isFree);
    }

    /// Whether an edge that listens there (or not) is what is wished.
    boolean allows(Optional<Listen> there) {
        boolean exact = listen.isPresent() && listen.get().port() != 0;
        return off ? there.isEmpty() : !exact || there.equals(listen);
    }

    @Override
    public String toString() {
        return off ? "off" : listen.map(Listen::toString).orElse(USUAL);
    }
}
