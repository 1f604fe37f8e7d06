package org.pinisi.certificates;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import org.pinisi.certificates.KeeperListener.Event;

/// Looks by a [Probe] whether handshakes show what they should. Blocks some seconds; thread-safe.
final class OutsideLook {
    private static final Duration BETWEEN = Duration.ofSeconds(1);
    private static final int LOOKS = 5;

    private final Optional<Probe> probe;
    private final Patience patience;
    private final Announcer announcer;

    OutsideLook(Optional<Probe> probe, Patience patience, Announcer announcer) {
        this.probe = probe;
        this.patience = patience;
        this.announcer = announcer;
    }

    /// Empty if there is nothing to look with, or no listener to look at.
    Optional<Boolean> shows(SubjectName name, X509Certificate expected) throws InterruptedException {
        String serverName = name.isAddress() ? "" : name.isWildcard() ? "probe." + name.domain() : name.text();
        String words = "";
        for (int i = 0; i < LOOKS; i++) {
            try {
                Optional<X509Certificate> seen = probe.isPresent() ? probe.get().served(serverName) : Optional.empty();
                if (seen.isEmpty()) {
                    return Optional.empty();
                }
                if (seen.get().equals(expected)) {
                    return Optional.of(true);
                }
                words = "a handshake shows the certificate with serial "
                        + seen.get().getSerialNumber().toString(16) + " instead of "
                        + expected.getSerialNumber().toString(16);
            } catch (CertificateException e) {
                words = "a handshake fails: " + e.getMessage();
            }
            patience.pause(BETWEEN);
        }
        announcer.tell(new Event.NotServed(name.text(), words));
        return Optional.of(false);
    }
}
