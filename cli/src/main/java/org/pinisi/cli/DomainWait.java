package org.pinisi.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.pinisi.certificates.CertificateStatus;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeException;

/// Waits for a name to lead here, then for its certificate, and says what is going on whenever that changes.
final class DomainWait {
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final Duration CLOSE_LOOK = Duration.ofMillis(250);

    /// A failure without an attempt: no authority is configured for the name.
    private static final String NOBODY_ASKED = ": no authority is asked for it; start Pinisi with --acme-agree";

    private final PrintWriter out;
    private final Instant end;
    private String last = "";

    /// @param patience how long both waits may take together
    DomainWait(PrintWriter out, Duration patience) {
        this.out = out;
        this.end = Instant.now().plus(patience);
    }

    /// @throws CommandException when the time is up
    void untilNamed(DomainRecords records) throws InterruptedException {
        while (!records.leadHere()) {
            String there = DomainRecords.words(DomainRecords.lookUp(records.name()));
            say("dns     waiting: " + records.name() + (there.isEmpty() ? " has no record yet" : " leads to " + there));
            pause(
                    LOOK,
                    "the record is not there yet; the name stays with the app, and gets its certificate when it is");
        }
        say("dns     " + records.name() + " leads to " + DomainRecords.words(DomainRecords.lookUp(records.name())));
    }

    /// @throws CommandException when the time is up
    void untilCertified(EdgeClient edge, String name) throws InterruptedException {
        while (true) {
            Optional<CertificateStatus> status;
            try {
                status = edge.certificate(name);
            } catch (EdgeException away) {
                say("edge    " + away.getMessage());
                status = Optional.empty();
            }
            if (status.isPresent()) {
                say("cert    " + words(status.get()));
                boolean there = status.get().state() == CertificateStatus.State.GOOD
                        || status.get().state() == CertificateStatus.State.RENEWAL_FAILING;
                if (there) {
                    return;
                }
            }
            pause(CLOSE_LOOK, "there is no certificate yet; the edge goes on by itself, see `pinisi domain list`");
        }
    }

    /// In a few words: the state, and what the authority said last when that is not well.
    static String words(CertificateStatus status) {
        String until = status.notAfter().map(time -> ", until " + time).orElse("");
        String issuer = status.issuer().map(name -> " from " + name).orElse("");
        String said = status.attempts().isEmpty()
                ? ""
                : ": " + status.attempts().getLast().words();
        return switch (status.state()) {
            case WAITING -> "is being asked for";
            case FAILING -> "not yet" + (said.isEmpty() ? NOBODY_ASKED : said);
            case GOOD -> "good" + issuer + until;
            case RENEWAL_FAILING -> "good" + issuer + until + ", but its renewal fails" + said;
            case EXPIRED -> "expired" + until + said;
            case UNUSED -> "kept" + issuer + until;
        };
    }

    private void say(String line) {
        if (!line.equals(last)) {
            last = line;
            out.println(line);
            out.flush();
        }
    }

    private void pause(Duration time, String meanwhile) throws InterruptedException {
        if (!Instant.now().isBefore(end)) {
            throw new CommandException(ExitCodes.FAILED, meanwhile);
        }
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }
}
