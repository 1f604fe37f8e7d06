package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.pinisi.certificates.BookEntry;
import org.pinisi.certificates.BookWatch;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateException;
import org.pinisi.http.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes routes of the entries of a certificate book that have a target, and keeps them at what the
/// book says.
final class BookRoutes implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BookRoutes.class);
    private static final int LONGEST_NAME = 90;

    private final CertificateBook book;
    private final Routes routes;
    private final BookWatch watch;

    /// Takes over the present entries before it returns.
    BookRoutes(CertificateBook book, Routes routes) {
        this.book = book;
        this.routes = routes;
        this.watch = book.watch(this::take);
        take();
    }

    private void take() {
        try {
            List<EdgeRoute> all = new ArrayList<>();
            for (BookEntry entry : book.entries()) {
                route(entry).ifPresent(all::add);
            }
            routes.offer(all);
        } catch (CertificateException unreadable) {
            log.warn("event=book-routes-not-read reason=\"{}\"", unreadable.getMessage());
        }
    }

    private static Optional<EdgeRoute> route(BookEntry entry) {
        Optional<Address> address = entry.address();
        if (address.isEmpty()) {
            return Optional.empty();
        }
        try {
            boolean h2 = entry.protocols().equals(List.of("h2"));
            Upstream upstream = new Upstream(RouteWords.idOf(address.get().toString()), address.get())
                    .withProtocol(h2 ? UpstreamProtocol.H2C : UpstreamProtocol.HTTP1);
            String host = entry.name().indexOf(':') >= 0 ? "[" + entry.name() + "]" : entry.name();
            return Optional.of(new EdgeRoute(nameOf(entry.name()), List.of(host), Target.Upstreams.of(upstream)));
        } catch (EdgeException unusable) {
            log.warn("event=book-entry-no-route name={} reason=\"{}\"", entry.name(), unusable.getMessage());
            return Optional.empty();
        }
    }

    /// A route's name may be shorter than a host's, and has no star.
    private static String nameOf(String host) {
        String plain = "book." + host.replace('*', '_').replace(':', '-');
        return plain.length() <= LONGEST_NAME
                ? plain
                : "book." + UUID.nameUUIDFromBytes(host.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        watch.close();
    }
}
