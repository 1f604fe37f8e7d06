package org.pinisi.certificates;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.pinisi.certificates.KeeperListener.Event;
import org.pinisi.http.Certified;

/// Says in time that a certificate will end: twice before, and once when it has. Used by one thread.
final class Alerts {
    private final Announcer announcer;
    private final Map<String, Told> told = new HashMap<>();

    private record Told(BigInteger serial, int level) {}

    Alerts(Announcer announcer) {
        this.announcer = announcer;
    }

    /// Looks at all names that are renewed, and at the files of a person.
    ///
    /// @param troubles of each name that is renewed, why it was not; empty words where nothing is known
    void look(List<BookEntry> entries, Map<String, String> troubles, List<Certified> files, Instant now) {
        Set<String> looked = new HashSet<>();
        for (BookEntry entry : entries) {
            String trouble = troubles.get(entry.name());
            if (trouble != null && entry.certified().isPresent() && looked.add(entry.name())) {
                String words = trouble.isEmpty() ? "it was not renewed" : trouble;
                look(entry.name(), entry.certified().get().chain().getFirst(), now, words);
            }
        }
        for (Certified file : files) {
            X509Certificate own = file.chain().getFirst();
            SubjectNames.of(own).stream()
                    .findFirst()
                    .map(SubjectName::text)
                    .filter(looked::add)
                    .ifPresent(name -> look(name, own, now, "put a newer one into its file"));
        }
        told.keySet().retainAll(looked);
    }

    private void look(String name, X509Certificate certificate, Instant now, String words) {
        int level = level(certificate, now);
        BigInteger serial = certificate.getSerialNumber();
        Told before = told.get(name);
        int known = before != null && before.serial().equals(serial) ? before.level() : 0;
        if (level > known) {
            announcer.tell(
                    new Event.ExpiringSoon(name, certificate.getNotAfter().toInstant(), words));
        }
        told.put(name, new Told(serial, Math.max(level, known)));
    }

    private static int level(X509Certificate certificate, Instant now) {
        if (!now.isBefore(certificate.getNotAfter().toInstant())) {
            return 3;
        }
        if (!now.isBefore(RenewalPlan.secondAlert(certificate))) {
            return 2;
        }
        return now.isBefore(RenewalPlan.firstAlert(certificate)) ? 0 : 1;
    }
}
