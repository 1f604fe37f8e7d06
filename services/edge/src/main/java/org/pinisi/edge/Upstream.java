package org.pinisi.edge;

import java.util.regex.Pattern;
import org.pinisi.http.Address;

/// One running unit that answers for a route.
///
/// @param id the unit's name, as counters, the access log and [EdgeClient#drain] know it: 1 to 100
///     letters, digits,
///     `.`, `_`, `:` or `-`; a new unit gets a new id, even at an old address
/// @param address where it listens; a host name is looked up, and looked up again as
///     [Balancing#resolveEvery] says
/// @param weight its share against the others: 1 (the default) to 1000
/// @param backup asked only when none of the others can be (no)
/// @param protocol what it speaks (HTTP/1.1)
/// @param tls how it is reached when it speaks HTTPS
/// @param proxyProtocol whether its connections begin with a PROXY line (off); each client has connections
///     of its
///     own then
public record Upstream(
        String id,
        Address address,
        int weight,
        boolean backup,
        UpstreamProtocol protocol,
        UpstreamTls tls,
        ProxyProtocol proxyProtocol) {
    static final int HEAVIEST = 1000;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,100}");

    /// @throws EdgeException when a part is out of its range
    public Upstream {
        if (!ID.matcher(id).matches()) {
            throw EdgeException.at(
                    "id",
                    "\"" + id
                            + "\" is no upstream id: expected 1 to 100 letters, digits, '.', '_', ':' or '-' (for example clock-7)");
        }
        if (address instanceof Address.Inet(String host, int port) && (port == 0 || host.isEmpty())) {
            throw EdgeException.at("address", "\"" + address + "\" (expected: a host and a port to connect to)");
        }
        Expect.between("weight", weight, 1, HEAVIEST);
    }

    /// HTTP/1.1 in clear, of usual weight.
    public Upstream(String id, Address address) {
        this(id, address, 1, false, UpstreamProtocol.HTTP1, UpstreamTls.defaults(), ProxyProtocol.OFF);
    }

    public Upstream withWeight(int newWeight) {
        return new Upstream(id, address, newWeight, backup, protocol, tls, proxyProtocol);
    }

    public Upstream withBackup(boolean newBackup) {
        return new Upstream(id, address, weight, newBackup, protocol, tls, proxyProtocol);
    }

    public Upstream withProtocol(UpstreamProtocol newProtocol) {
        return new Upstream(id, address, weight, backup, newProtocol, tls, proxyProtocol);
    }

    public Upstream withTls(UpstreamTls newTls) {
        return new Upstream(id, address, weight, backup, protocol, newTls, proxyProtocol);
    }

    public Upstream withProxyProtocol(ProxyProtocol newProxyProtocol) {
        return new Upstream(id, address, weight, backup, protocol, tls, newProxyProtocol);
    }
}
