package org.pinisi.certificates;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pinisi.git.GitException;
import org.pinisi.http.Certified;

/// Reads a version of the book. What did not change since the version before is not read again, so that the
/// same certificate stays the same object and no key is opened twice. For one thread at a time.
final class BookReader {
    private final KeySeal keySeal;
    private Map<String, Known> known = Map.of();
    private String knownSeals = "";
    private List<SealRecord> seals = List.of();

    BookReader(KeySeal keySeal) {
        this.keySeal = keySeal;
    }

    /// What was read of one name.
    ///
    /// @param version of its two files and of the seals
    private record Known(String version, BookEntry entry, List<BookDefect> defects) {}

    BookView read(BookStorage.Version version) {
        List<BookDefect> defects = new ArrayList<>();
        readSeals(version, defects);
        Map<String, Known> fresh = new HashMap<>();
        Map<String, BookEntry> entries = new TreeMap<>();
        for (String folder : version.folders(BookLayout.NAMES)) {
            Optional<String> name = BookName.ofFolder(folder);
            if (name.isEmpty()) {
                defects.add(new BookDefect(BookLayout.NAMES + "/" + folder, "this is the name of no host"));
                continue;
            }
            if (entries.size() >= BookLayout.MOST_NAMES) {
                defects.add(new BookDefect(
                        BookLayout.NAMES,
                        "there are more than " + BookLayout.MOST_NAMES + " names; the rest is left aside"));
                break;
            }
            Known entry = entry(version, name.get());
            fresh.put(name.get(), entry);
            entries.put(name.get(), entry.entry());
            defects.addAll(entry.defects());
        }
        known = Map.copyOf(fresh);
        return new BookView(version.id(), Collections.unmodifiableMap(entries), List.copyOf(defects), seals);
    }

    /// The seals of a version; those read last when nothing changed.
    private void readSeals(BookStorage.Version version, List<BookDefect> defects) {
        String now = version.version(BookLayout.SEALS).orElse("");
        if (now.equals(knownSeals)) {
            return;
        }
        try {
            seals = version.read(BookLayout.SEALS).map(SealFile::read).orElse(List.of());
            knownSeals = now;
        } catch (CertificateException | GitException unreadable) {
            // The seals known before still open what they sealed.
            defects.add(new BookDefect(BookLayout.SEALS, String.valueOf(unreadable.getMessage())));
        }
    }

    private Known entry(BookStorage.Version version, String name) {
        String now = version.version(BookLayout.entry(name)).orElse("-") + " "
                + version.version(BookLayout.certificate(name)).orElse("-") + " " + knownSeals;
        Known before = known.get(name);
        if (before != null && before.version().equals(now)) {
            return before;
        }
        List<BookDefect> defects = new ArrayList<>();
        EntryFile file = file(version, name, defects);
        BookEntry entry = new BookEntry(
                name,
                file.target(),
                file.protocols(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                file.attempts(),
                file.wanted());
        return new Known(now, withCertificate(version, entry, file, before, defects), List.copyOf(defects));
    }

    private static EntryFile file(BookStorage.Version version, String name, List<BookDefect> defects) {
        String path = BookLayout.entry(name);
        try {
            return version.read(path).map(EntryFile::read).orElse(EntryFile.EMPTY);
        } catch (CertificateException | GitException unreadable) {
            defects.add(new BookDefect(path, String.valueOf(unreadable.getMessage())));
            return EntryFile.EMPTY;
        }
    }

    private BookEntry withCertificate(
            BookStorage.Version version,
            BookEntry entry,
            EntryFile file,
            @Nullable Known before,
            List<BookDefect> defects) {
        String path = BookLayout.certificate(entry.name());
        try {
            Optional<byte[]> bytes = version.read(path);
            if (bytes.isEmpty()) {
                return entry;
            }
            CertificateFile certificate = CertificateFile.read(bytes.get());
            X509Certificate own = certificate.chain().getFirst();
            if (!CertificateWords.covers(own, entry.name())) {
                throw new CertificateException(
                        "the certificate is not for " + entry.name() + " but for " + CertificateWords.names(own));
            }
            String fingerprint = CertificateWords.fingerprint(own);
            Optional<Provenance> provenance = file.certificate()
                    .filter(described -> described.fingerprint().equals(fingerprint))
                    .map(EntryFile.Description::provenance);
            Optional<Certified> certified = certified(entry.name(), certificate, before, path, defects);
            return new BookEntry(
                    entry.name(),
                    entry.target(),
                    entry.protocols(),
                    certificate.chain(),
                    certified,
                    provenance,
                    entry.attempts(),
                    entry.wanted());
        } catch (CertificateException | GitException unusable) {
            defects.add(new BookDefect(path, String.valueOf(unusable.getMessage())));
            return entry;
        }
    }

    private Optional<Certified> certified(
            String name, CertificateFile file, @Nullable Known before, String path, List<BookDefect> defects) {
        // The same certificate is the same object, and one that was sealed anew by somebody else is not lost.
        Optional<Certified> same = Optional.ofNullable(before)
                .flatMap(known -> known.entry().certified())
                .filter(certified -> certified.chain().equals(file.chain()));
        if (same.isPresent() || keySeal.isLocked()) {
            return same;
        }
        try {
            PrivateKey key = SealedKeys.open(
                    keySeal,
                    seals,
                    SealedKeys.ofName(name),
                    file.sealed(),
                    file.chain().getFirst().getPublicKey());
            return Optional.of(new Certified(file.chain(), key));
        } catch (CertificateException unopened) {
            defects.add(new BookDefect(path, unopened.getMessage()));
            return Optional.empty();
        }
    }
}
