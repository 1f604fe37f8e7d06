package org.pinisi.flow;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/// Finds the addresses of a name.
@FunctionalInterface
public interface NameResolver {
    /// At least one address, best first.
    ///
    /// @throws IOException if there is none
    List<InetAddress> addresses(String host) throws IOException;

    /// The operating system's: /etc/hosts, DNS and whatever else it is set up for.
    static NameResolver system() {
        return host -> List.of(InetAddress.getAllByName(host));
    }
}
