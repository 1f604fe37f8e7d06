package org.pinisi.certificates;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pinisi.http.Certified;

/// Which certificate to show for which server name: exact, then wildcard. Immutable, so that handshakes
/// look without a lock while a new one is made.
final class CertificateIndex {
    static final CertificateIndex EMPTY = new CertificateIndex(Map.of(), Optional.empty());

    private final Map<String, Certified> names;
    private final Optional<Certified> withoutName;

    private CertificateIndex(Map<String, Certified> names, Optional<Certified> withoutName) {
        this.names = names;
        this.withoutName = withoutName;
    }

    /// @param given certificates from files, which win over the book's
    /// @param wanted the names that are renewed. The others do not stand before a wildcard that lives longer
    static CertificateIndex of(List<BookEntry> entries, List<Certified> given, Set<String> wanted) {
        Map<String, Certified> names = new HashMap<>();
        Map<String, Certified> others = new HashMap<>();
        for (Certified certified : given) {
            SubjectNames.of(certified.chain().getFirst()).forEach(name -> names.putIfAbsent(name.text(), certified));
        }
        for (BookEntry entry : entries) {
            entry.certified().ifPresent(certified -> {
                names.putIfAbsent(entry.name(), certified);
                SubjectNames.of(certified.chain().getFirst())
                        .forEach(name -> others.putIfAbsent(name.text(), certified));
            });
        }
        others.forEach(names::putIfAbsent);
        names.entrySet()
                .removeIf(entry -> !wanted.contains(entry.getKey())
                        && !given.contains(entry.getValue())
                        && isOutlived(entry.getKey(), entry.getValue(), names));
        Optional<Certified> address = names.entrySet().stream()
                .filter(entry -> BookName.isAddress(entry.getKey()))
                .min(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue);
        return new CertificateIndex(Map.copyOf(names), address);
    }

    private static boolean isOutlived(String name, Certified certified, Map<String, Certified> names) {
        int dot = name.indexOf('.');
        Certified wildcard = dot < 0 || name.startsWith("*") ? null : names.get("*" + name.substring(dot));
        return wildcard != null && end(wildcard).isAfter(end(certified));
    }

    private static Instant end(Certified certified) {
        return certified.chain().getFirst().getNotAfter().toInstant();
    }

    /// @param serverName in lower case; empty for a client that names none, as one that dials an IP address
    ///     does
    Optional<Certified> find(String serverName) {
        if (serverName.isEmpty()) {
            return withoutName;
        }
        Certified exact = names.get(serverName);
        if (exact != null) {
            return Optional.of(exact);
        }
        int dot = serverName.indexOf('.');
        return dot < 0 ? Optional.empty() : Optional.ofNullable(names.get("*" + serverName.substring(dot)));
    }
}
