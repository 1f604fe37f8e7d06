package org.pinisi.certificates;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/// Names that nobody wrote down may get certificates too: at the first handshake that asks for them, if
/// they are allowed. That handshake is refused at once, as for any unknown name; some seconds later the
/// name is served. They are renewed as long as somebody asks for them within 30 days.
///
/// @param names allowed ones: `shop.example.org`, or `*.example.org` for all below it at any depth; empty:
///     whatever `ask` allows
/// @param ask a URL that is asked with `?domain=NAME`; 200 allows it, all else does not. Its answer is kept
///     for ten minutes
/// @param perHour new names in an hour, at most
public record OnDemand(List<String> names, Optional<URI> ask, int perHour) {
    public OnDemand {
        names = List.copyOf(names);
        names.forEach(BookName::check);
        if (names.isEmpty() && ask.isEmpty()) {
            throw new CertificateException(
                    "on demand: anybody could have certificates asked for (expected: allowed names, or a URL to ask)");
        }
        ask.ifPresent(OnDemand::check);
        if (perHour < 1) {
            throw new CertificateException("on demand: " + perHour + " names an hour (expected: 1 or more)");
        }
    }

    private static void check(URI uri) {
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
            throw new CertificateException(
                    "on demand: ask " + uri + " (expected: an http or https URL without user and query)");
        }
    }

    boolean allows(SubjectName name) {
        return names.isEmpty()
                || names.stream()
                        .anyMatch(allowed -> allowed.startsWith("*.")
                                ? name.text().endsWith(allowed.substring(1))
                                : name.text().equals(allowed));
    }
}
