package org.pinisi.certificates;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.pinisi.certificates.KeeperListener.Event;

/// Says in time that a certificate will end: twice before, and once when it has. Used by one thread.
final class Alerts {
    private final Announcer announcer;
    private final Map<String, Told> told = new HashMap<>();

    private record Told(BigInteger serial, int level) {}

    Alerts(Announcer announcer) {
        this.announcer = announcer;
    }

    /// @param words why there is no newer one
    void look(String name, X509Certificate certificate, Instant now, String words) {
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

    /// Forgets what nobody has any more.
    void keepOnly(java.util.Set<String> names) {
        told.keySet().retainAll(names);
    }
}
