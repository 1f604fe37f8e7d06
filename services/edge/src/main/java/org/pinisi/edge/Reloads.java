package org.pinisi.edge;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.pinisi.certificates.CertificateBook;
import org.pinisi.certificates.CertificateException;
import org.pinisi.certificates.ReloadCheck;
import org.pinisi.certificates.ReloadSignal;
import org.pinisi.http.Fields;
import org.pinisi.http.Head;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes the signals that say "look at the repository now" (see [ReloadSignal]): the book makes itself the
/// same as its remote, and the configuration looks again. Thread-safe.
final class Reloads {
    private static final Logger log = LoggerFactory.getLogger(Reloads.class);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String FIELDS = "pinisi-";
    private static final int MOST_FIELDS = 8;

    private final Supplier<ReloadCheck> check;
    private final Supplier<CertificateBook> book;
    private final Supplier<Optional<EdgeConfiguration>> configuration;

    /// @param check may block when it is asked for first, since its key is made of the pass phrase then
    /// @param book asked for when a signal is taken; may block when it is opened then
    Reloads(
            Supplier<ReloadCheck> check,
            Supplier<CertificateBook> book,
            Supplier<Optional<EdgeConfiguration>> configuration) {
        this.check = check;
        this.book = book;
        this.configuration = configuration;
    }

    /// How the request for it is answered. On its event loop.
    Reply reply(Head request) {
        Fields signature = signature(request);
        return new Reply.Collected(ReloadSignal.MOST_BYTES, body -> taken(signature, body));
    }

    private static Fields signature(Head request) {
        Fields fields = Fields.empty();
        int taken = 0;
        for (int i = 0; i < request.fieldCount() && taken < MOST_FIELDS; i++) {
            String name = request.name(i);
            if (name.regionMatches(true, 0, FIELDS, 0, FIELDS.length())) {
                fields = fields.with(name, request.value(i));
                taken++;
            }
        }
        return fields;
    }

    private Reply.Content taken(Fields signature, byte[] body) {
        Optional<String> refusal = check.get().refusal(signature, body);
        if (refusal.isPresent()) {
            log.warn("event=reload-signal-refused reason=\"{}\"", refusal.get());
            return Reply.Content.text(403, refusal.get() + "\n");
        }
        Optional<String> behind = Optional.empty();
        StringBuilder said = new StringBuilder();
        try {
            CertificateBook known = book.get();
            behind = known.synchronise();
            said.append("the book of certificates is up to date, with %d names"
                    .formatted(known.entries().size()));
        } catch (CertificateException | EdgeException failure) {
            behind = Optional.of(String.valueOf(failure.getMessage()));
        }
        behind.ifPresent(why -> said.replace(0, said.length(), "the book of certificates is not up to date: " + why));
        boolean well = behind.isEmpty();
        Optional<EdgeConfiguration> followed = configuration.get();
        if (followed.isPresent()) {
            Optional<String> trouble = look(followed.get());
            String version = followed.get().status().version();
            said.append(trouble.map(why -> "\nthe configuration serves on at " + version + ": " + why)
                    .orElse("\nthe configuration is up to date, at " + version));
            well &= trouble.isEmpty();
        }
        log.info(
                "event=reload-signal well={} said=\"{}\"", well, said.toString().replace("\n", " | "));
        return Reply.Content.text(well ? 200 : 502, said.append('\n').toString());
    }

    private static Optional<String> look(EdgeConfiguration configuration) {
        try {
            return configuration.reload(PATIENCE).trouble();
        } catch (EdgeException late) {
            return Optional.of(String.valueOf(late.getMessage()));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }
}
