package org.pinisi.flow;

import java.net.InetAddress;
import java.util.List;

/// Where a host is, known beforehand. At least one, best first.
public record Addresses(List<InetAddress> all) {
    public Addresses {
        all = List.copyOf(all);
        if (all.isEmpty()) {
            throw new IllegalArgumentException("addresses: none (expected: at least one)");
        }
    }
}
