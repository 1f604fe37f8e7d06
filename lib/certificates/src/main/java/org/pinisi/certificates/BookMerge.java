package org.pinisi.certificates;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.pinisi.git.ConflictResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Decides where two programs changed the same file of a book. Of two certificates the one that lives
/// longer stays, what was tried is put together, and what a person removed stays removed. What does not
/// stay is in the history.
final class BookMerge implements ConflictResolver {
    private static final Logger LOG = LoggerFactory.getLogger(BookMerge.class);
    private static final Comparator<EntryFile.Description> LIFE =
            Comparator.comparing(EntryFile.Description::notAfter).thenComparing(EntryFile.Description::fingerprint);

    /// One way to decide, with why.
    private record Decision(Choice choice, String reason) {}

    @Override
    public Choice resolve(Conflict conflict) {
        String path = conflict.key().path();
        Decision decision = decide(path, conflict);
        String kept = switch (decision.choice()) {
            case Choice.Ours() -> "ours";
            case Choice.Theirs() -> "theirs";
            case Choice.Merged(byte[] _) -> "both";
        };
        LOG.info("event=book_conflict path=\"{}\" kept={} reason=\"{}\"", path, kept, decision.reason());
        return decision.choice();
    }

    private static Decision decide(String path, Conflict conflict) {
        Optional<byte[]> ours = conflict.ours();
        Optional<byte[]> theirs = conflict.theirs();
        boolean isName = path.startsWith(BookLayout.NAMES + "/");
        if (ours.isEmpty() || theirs.isEmpty()) {
            boolean keepAbsent = isName;
            return ours.isEmpty() == keepAbsent
                    ? new Decision(new Choice.Ours(), keepAbsent ? "it was removed here" : "it was removed there")
                    : new Decision(new Choice.Theirs(), keepAbsent ? "it was removed there" : "it was removed here");
        }
        if (isName && path.endsWith("/" + BookLayout.CERTIFICATE)) {
            return certificates(ours.get(), theirs.get());
        }
        if (isName && path.endsWith("/" + BookLayout.ENTRY)) {
            return entries(conflict.base(), ours.get(), theirs.get());
        }
        if (path.equals(BookLayout.SEALS)) {
            return seals(ours.get(), theirs.get());
        }
        return new Decision(new Choice.Theirs(), "others use it already");
    }

    private static Decision certificates(byte[] ours, byte[] theirs) {
        Optional<EntryFile.Description> our = life(ours);
        Optional<EntryFile.Description> their = life(theirs);
        boolean keepOurs = our.isPresent() && (their.isEmpty() || LIFE.compare(our.get(), their.get()) >= 0);
        String reason = "it is valid until "
                + (keepOurs ? our : their)
                        .map(known -> known.notAfter().toString())
                        .orElse("?") + ", the other until "
                + (keepOurs ? their : our)
                        .map(known -> known.notAfter().toString())
                        .orElse("?");
        return new Decision(keepOurs ? new Choice.Ours() : new Choice.Theirs(), reason);
    }

    /// What a description of this file's certificate is compared by.
    private static Optional<EntryFile.Description> life(byte[] bytes) {
        return read(bytes, CertificateFile::read)
                .map(file -> file.chain().getFirst())
                .map(own -> new EntryFile.Description(
                        CertificateWords.fingerprint(own),
                        own.getNotAfter().toInstant(),
                        Provenance.given("", Instant.EPOCH)));
    }

    private static Decision entries(Optional<byte[]> base, byte[] ours, byte[] theirs) {
        Optional<EntryFile> our = read(ours, EntryFile::read);
        Optional<EntryFile> their = read(theirs, EntryFile::read);
        if (our.isEmpty() || their.isEmpty()) {
            return our.isEmpty()
                    ? new Decision(new Choice.Theirs(), "ours cannot be read")
                    : new Decision(new Choice.Ours(), "theirs cannot be read");
        }
        EntryFile old = base.flatMap(bytes -> read(bytes, EntryFile::read)).orElse(EntryFile.EMPTY);
        EntryFile merged = merged(old, our.get(), their.get());
        return new Decision(new Choice.Merged(merged.write(Optional.of(ours))), "put together");
    }

    private static EntryFile merged(EntryFile old, EntryFile our, EntryFile their) {
        boolean ourRoute =
                !our.target().equals(old.target()) || !our.protocols().equals(old.protocols());
        EntryFile route = ourRoute ? our : their;
        Optional<EntryFile.Description> certificate = our.certificate().equals(old.certificate())
                ? their.certificate()
                : their.certificate().equals(old.certificate())
                        ? our.certificate()
                        : Stream.of(our, their)
                                .flatMap(entry -> entry.certificate().stream())
                                .max(LIFE);
        // Who renewed has cleared it; who wants one since then has set it anew.
        Optional<Instant> wanted = our.wanted().equals(old.wanted()) ? their.wanted() : our.wanted();
        List<Attempt> attempts = Stream.concat(our.attempts().stream(), their.attempts().stream())
                .distinct()
                .sorted(Comparator.comparing(Attempt::at))
                .toList();
        return new EntryFile(route.target(), route.protocols(), wanted, certificate, attempts);
    }

    private static Decision seals(byte[] ours, byte[] theirs) {
        Optional<List<SealRecord>> our = read(ours, SealFile::read);
        Optional<List<SealRecord>> their = read(theirs, SealFile::read);
        if (our.isEmpty() || their.isEmpty()) {
            return new Decision(
                    our.isEmpty() ? new Choice.Theirs() : new Choice.Ours(), "the other one cannot be read");
        }
        byte[] both = SealFile.write(SealFile.merged(our.get(), their.get()));
        return new Decision(new Choice.Merged(both), "both are needed to open what was sealed");
    }

    private static <T> Optional<T> read(byte[] bytes, Function<byte[], T> reader) {
        try {
            return Optional.of(reader.apply(bytes));
        } catch (CertificateException unreadable) {
            LOG.debug("event=book_conflict_unreadable reason=\"{}\"", unreadable.getMessage());
            return Optional.empty();
        }
    }
}
