package org.pinisi.edge;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which names of routes certificates are for: all whose TLS ends at the edge, but the catch-all.
final class WantedNames {
    private static final Logger log = LoggerFactory.getLogger(WantedNames.class);

    private WantedNames() {}

    static Set<String> of(Collection<RouteEntry> entries) {
        Set<String> names = new TreeSet<>();
        for (RouteEntry entry : entries) {
            if (!(entry.route().target() instanceof Target.Passthrough)) {
                entry.route().hosts().stream().filter(host -> !host.equals("*")).forEach(host -> add(host, names));
            }
        }
        return names;
    }

    /// Some hosts can be asked for and not be certified: those with an underscore, say.
    private static void add(String host, Set<String> names) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        try {
            names.add(CertificateBook.name(bare));
        } catch (CertificateException uncertifiable) {
            log.debug("event=name-uncertifiable name={} reason=\"{}\"", host, uncertifiable.getMessage());
        }
    }
}
