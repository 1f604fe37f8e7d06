package org.pinisi.clock;

import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/// What a clock needs to know.
///
/// @param ips the addresses of this machine to listen on, one or more; `0.0.0.0` is every IPv4 address
/// @param port the TCP port, 0 to 65535; 0 lets the kernel choose
/// @param logs how verbose each log source is; applied by whoever sets up logging
public record ClockConfig(List<InetAddress> ips, int port, LogLevels logs) {
    /// The defaults: port 80 on every IPv4 address, info from every log source.
    public static final ClockConfig DEFAULT = new ClockConfig(addresses("0.0.0.0"), 80, LogLevels.DEFAULT);

    public ClockConfig {
        ips = List.copyOf(ips);
        if (ips.isEmpty()) {
            throw new ClockException("ips: none (expected: one or more IP addresses)");
        }
        if (port < 0 || port > 65_535) {
            throw new ClockException("port: " + port + " (expected: 0 to 65535)");
        }
    }

    /// Reads IP addresses separated by commas, such as `127.0.0.1,::1`. Names are not looked up.
    ///
    /// @throws ClockException naming the part that is no IP address
    public static List<InetAddress> addresses(String text) {
        return Stream.of(text.split(",", -1)).map(ClockConfig::address).toList();
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text.strip());
        } catch (IllegalArgumentException failure) {
            throw new ClockException(
                    "ips: '%s' is no IP address (expected: such as 0.0.0.0 or ::1)".formatted(text), failure);
        }
    }
}
