package org.pinisi.edge;

import java.util.List;

/// Everything about one name.
///
/// @param status how it stands now
/// @param minute the latest minute
/// @param hour the latest hour
/// @param minutes each of the latest minutes that are over, the oldest first; at most sixty
/// @param hosts all names of its routes, whose requests are counted together
/// @param records the DNS records that lead here, such as `example.org. A 203.0.113.7`
/// @param isEncrypted whether the edge listens for TLS, so that a certificate is needed
public record NameReport(
        NameStatus status,
        Traffic minute,
        Traffic hour,
        List<Traffic> minutes,
        List<String> hosts,
        List<String> records,
        boolean isEncrypted) {
    public NameReport {
        minutes = List.copyOf(minutes);
        hosts = List.copyOf(hosts);
        records = List.copyOf(records);
    }
}
