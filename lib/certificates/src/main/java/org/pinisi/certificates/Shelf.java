package org.pinisi.certificates;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.pinisi.http.Certified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What handshakes see: the certificates of the book and of files, and new ones that the book could not
/// take yet. Thread-safe; looking never blocks.
final class Shelf {
    private static final Logger LOG = LoggerFactory.getLogger(Shelf.class);

    private final CertificateBook book;
    private final OwnFiles files;
    private final Map<String, Unkept> unkept = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private List<Object> indexed = List.of();
    private volatile CertificateIndex index = CertificateIndex.EMPTY;

    private record Unkept(Certified certified, Provenance provenance) {}

    /// The newest certificate of a name.
    record Newest(Certified certified, Optional<Provenance> provenance) {}

    Shelf(CertificateBook book, OwnFiles files) {
        this.book = book;
        this.files = files;
    }

    CertificateIndex index() {
        return index;
    }

    /// Makes handshakes see what the book and the files have now.
    ///
    /// @param wanted the names that are renewed
    List<BookEntry> refresh(Set<String> wanted) {
        List<BookEntry> entries = book.entries();
        List<Certified> first = new ArrayList<>(files.certified());
        unkept.values().forEach(one -> first.add(one.certified()));
        List<Object> now = new ArrayList<>(first);
        now.addAll(wanted);
        entries.forEach(entry -> {
            now.add(entry.name());
            entry.certified().ifPresent(now::add);
        });
        lock.lock();
        try {
            if (!same(indexed, now)) {
                index = CertificateIndex.of(entries, first, wanted);
                indexed = now;
            }
        } finally {
            lock.unlock();
        }
        return entries;
    }

    /// While a certificate stays the same, the book gives the same object.
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(List<Object> before, List<Object> now) {
        boolean same = before.size() == now.size();
        for (int i = 0; same && i < now.size(); i++) {
            same = before.get(i) == now.get(i)
                    || (now.get(i) instanceof String && now.get(i).equals(before.get(i)));
        }
        return same;
    }

    Optional<Newest> newest(String name) {
        return Optional.ofNullable(unkept.get(name))
                .map(one -> new Newest(one.certified(), Optional.of(one.provenance())))
                .or(() -> book.entry(name)
                        .flatMap(entry ->
                                entry.certified().map(certified -> new Newest(certified, entry.provenance()))));
    }

    /// There is a new one, in the book or not.
    void taken(String name, Issuance.Result.Issued issued) {
        if (issued.kept()) {
            unkept.remove(name);
            return;
        }
        unkept.put(name, new Unkept(issued.certified(), issued.provenance()));
        LOG.error(
                "event=certificate-not-kept name={} reason=\"the book cannot be written; it is served from memory and"
                        + " written later\"",
                name);
    }

    /// Writes into the book what it could not take before.
    void keepLater() {
        unkept.entrySet().removeIf(entry -> isKept(entry.getKey(), entry.getValue()));
    }

    private boolean isKept(String name, Unkept one) {
        try {
            book.keep(name, one.certified(), one.provenance());
            LOG.info("event=certificate-kept-late name={}", name);
            return true;
        } catch (CertificateException e) {
            LOG.debug("event=certificate-not-kept name={} reason=\"{}\"", name, e.getMessage());
            return false;
        }
    }
}
