package org.pinisi.certificates;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.pinisi.http.Certified;

/// How it stands with all names, from what the book has and what [Renewals] does.
final class Statuses {
    private Statuses() {}

    private record Doing(Instant nextTry, String trouble, Optional<Boolean> served) {}

    static List<CertificateStatus> of(CertificateBook book, Renewals renewals, OwnFiles files, Instant now) {
        Map<String, Doing> doing = new HashMap<>();
        renewals.each(state ->
                doing.put(state.subject.name().text(), new Doing(state.nextLook, state.trouble, state.served)));
        Map<String, BookEntry> entries = new HashMap<>();
        book.entries().forEach(entry -> entries.put(entry.name(), entry));
        Set<String> names = new TreeSet<>(doing.keySet());
        entries.values().stream()
                .filter(entry -> entry.certified().isPresent())
                .map(BookEntry::name)
                .forEach(names::add);
        List<CertificateStatus> all = new ArrayList<>();
        for (String name : names) {
            all.add(one(name, Optional.ofNullable(entries.get(name)), Optional.ofNullable(doing.get(name)), now));
        }
        files.certified().forEach(certified -> ofFile(certified, now).ifPresent(all::add));
        all.sort(Comparator.comparing(CertificateStatus::name));
        return List.copyOf(all);
    }

    private static CertificateStatus one(String name, Optional<BookEntry> entry, Optional<Doing> doing, Instant now) {
        Optional<X509Certificate> own = entry.flatMap(BookEntry::certified)
                .map(certified -> certified.chain().getFirst());
        return new CertificateStatus(
                name,
                state(own, doing, now),
                entry.flatMap(BookEntry::provenance)
                        .map(known -> known.source().name().toLowerCase(Locale.ROOT)),
                own.map(CertificateWords::authority),
                own.map(certificate -> certificate.getSerialNumber().toString(16)),
                own.map(Statuses::names).orElse(List.of(name)),
                own.map(certificate -> certificate.getNotBefore().toInstant()),
                own.map(certificate -> certificate.getNotAfter().toInstant()),
                doing.map(Doing::nextTry),
                doing.flatMap(Doing::served),
                entry.map(BookEntry::attempts).orElse(List.of()));
    }

    private static CertificateStatus.State state(Optional<X509Certificate> own, Optional<Doing> doing, Instant now) {
        boolean failing = doing.filter(known -> !known.trouble().isEmpty()).isPresent();
        if (own.isEmpty()) {
            return failing ? CertificateStatus.State.FAILING : CertificateStatus.State.WAITING;
        }
        if (!now.isBefore(own.get().getNotAfter().toInstant())) {
            return CertificateStatus.State.EXPIRED;
        }
        if (doing.isEmpty()) {
            return CertificateStatus.State.UNUSED;
        }
        return failing ? CertificateStatus.State.RENEWAL_FAILING : CertificateStatus.State.GOOD;
    }

    private static Optional<CertificateStatus> ofFile(Certified certified, Instant now) {
        X509Certificate own = certified.chain().getFirst();
        boolean ended = !now.isBefore(own.getNotAfter().toInstant());
        return names(own).stream()
                .findFirst()
                .map(name -> new CertificateStatus(
                        name,
                        ended ? CertificateStatus.State.EXPIRED : CertificateStatus.State.GOOD,
                        Optional.of("file"),
                        Optional.of(CertificateWords.authority(own)),
                        Optional.of(own.getSerialNumber().toString(16)),
                        names(own),
                        Optional.of(own.getNotBefore().toInstant()),
                        Optional.of(own.getNotAfter().toInstant()),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()));
    }

    private static List<String> names(X509Certificate certificate) {
        return SubjectNames.of(certificate).stream()
                .map(SubjectName::text)
                .sorted()
                .toList();
    }
}
