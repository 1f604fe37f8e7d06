package org.pinisi.certificates;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// When certificates are renewed, when it is tried again, and when somebody is told. Pure functions: chance
/// comes from the certificate's serial, so that a restart changes nothing.
final class RenewalPlan {
    /// How long a renewal window that the authority named stands if it does not say (RFC 9773, 4.3.2
    /// advises hours).
    static final Duration WINDOW_AGE = Duration.ofHours(6);

    private static final Duration SHORTEST_WINDOW_AGE = Duration.ofMinutes(1);
    private static final Duration LONGEST_WINDOW_AGE = Duration.ofDays(1);
    private static final int THIRD = 3;
    private static final int SPREAD = 30;
    private static final int RESERVE = 20;
    private static final Duration FIRST_ALERT = Duration.ofDays(14);
    private static final Duration SECOND_ALERT = Duration.ofDays(3);
    private static final List<Duration> AFTER_FAILURES = List.of(
            Duration.ofMinutes(1),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(3),
            Duration.ofHours(6),
            Duration.ofHours(12));
    private static final List<Duration> AFTER_CHECKS = List.of(
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Duration.ofMinutes(15),
            Duration.ofMinutes(30),
            Duration.ofHours(1));

    private RenewalPlan() {}

    /// With a third of its life left, up to a thirtieth earlier; or within the window that the authority
    /// named, but never in the last twentieth of its life.
    static Instant due(X509Certificate certificate, Optional<AcmeAuthority.Window> window) {
        Instant end = certificate.getNotAfter().toInstant();
        Duration life = life(certificate);
        double chance = chance(certificate);
        if (window.isPresent()) {
            Duration width = Duration.between(window.get().start(), window.get().end());
            Instant chosen = window.get().start().plus(part(width.isNegative() ? Duration.ZERO : width, chance));
            Instant last = end.minus(life.dividedBy(RESERVE));
            return chosen.isBefore(last) ? chosen : last;
        }
        return end.minus(life.dividedBy(THIRD)).minus(part(life.dividedBy(SPREAD), chance));
    }

    /// Two weeks before the end, or with a quarter of its life left.
    static Instant firstAlert(X509Certificate certificate) {
        return certificate
                .getNotAfter()
                .toInstant()
                .minus(least(FIRST_ALERT, life(certificate).dividedBy(4)));
    }

    /// Three days before the end, or with a sixteenth of its life left.
    static Instant secondAlert(X509Certificate certificate) {
        return certificate
                .getNotAfter()
                .toInstant()
                .minus(least(SECOND_ALERT, life(certificate).dividedBy(16)));
    }

    /// When to try again after that many tries in a row failed for the name's own reasons: from a minute to
    /// half a day, sooner for certificates that live a few days.
    ///
    /// @param asked whether an authority was asked; a check of our own may be repeated sooner
    static Instant retry(Instant now, int failures, boolean asked, Optional<X509Certificate> certificate, int salt) {
        List<Duration> ladder = asked ? AFTER_FAILURES : AFTER_CHECKS;
        Duration step = ladder.get(Math.min(Math.max(failures, 1), ladder.size()) - 1);
        Duration most = certificate.map(known -> life(known).dividedBy(12)).orElse(step);
        Duration bounded = least(step, most.compareTo(ladder.getFirst()) < 0 ? ladder.getFirst() : most);
        return now.plus(bounded).plus(part(bounded.dividedBy(10), fraction(salt * 31L + failures)));
    }

    static Duration windowAge(Duration asked) {
        if (asked.compareTo(SHORTEST_WINDOW_AGE) < 0) {
            return SHORTEST_WINDOW_AGE;
        }
        return least(asked, LONGEST_WINDOW_AGE);
    }

    /// How many certificates a week belong to the ordinary life of one that lives that long.
    static int renewalsPerWeek(X509Certificate certificate) {
        long between = Math.max(1, life(certificate).toMinutes() * 2 / 3);
        return Math.toIntExact(Math.min(10_000, Duration.ofDays(7).toMinutes() / between));
    }

    static Duration life(X509Certificate certificate) {
        return Duration.between(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration part(Duration whole, double fraction) {
        return Duration.ofMillis((long) (whole.toMillis() * fraction));
    }

    private static double chance(X509Certificate certificate) {
        return fraction(certificate.getSerialNumber().hashCode());
    }

    /// 0 to 1, evenly spread (the finaliser of SplitMix64).
    private static double fraction(long seed) {
        long mixed = (seed ^ (seed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        mixed ^= mixed >>> 31;
        return (mixed >>> 11) * 0x1.0p-53;
    }
}
