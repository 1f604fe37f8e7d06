package org.pinisi.certificates;

import java.time.Duration;

/// How much we ask of one authority, below what it allows: being refused costs more than waiting. The
/// standard ones are those that Let's Encrypt publishes, save the failed validations, of which one is left
/// for a person.
///
/// @param ordersPer3Hours new orders of all names, in three hours
/// @param failuresPerHour failed validations of one name, in an hour
/// @param duplicatesPerWeek certificates for the same name, in a week
/// @param failureWait after the first failure of the authority itself; doubled with each more, for all its
///     names
/// @param longestFailureWait beyond which it is not doubled
public record AuthorityLimits(
        int ordersPer3Hours,
        int failuresPerHour,
        int duplicatesPerWeek,
        Duration failureWait,
        Duration longestFailureWait) {
    public AuthorityLimits {
        if (ordersPer3Hours < 1 || failuresPerHour < 1 || duplicatesPerWeek < 1) {
            throw new CertificateException("limits of an authority: " + ordersPer3Hours + ", " + failuresPerHour + ", "
                    + duplicatesPerWeek + " (expected: each 1 or more)");
        }
        if (!failureWait.isPositive() || longestFailureWait.compareTo(failureWait) < 0) {
            throw new CertificateException("waits after failures: " + failureWait + " to " + longestFailureWait
                    + " (expected: more than zero, the second no shorter)");
        }
    }

    /// 300 orders in 3 hours, 4 failures an hour, 5 duplicates a week; waits from a minute to an hour.
    public static AuthorityLimits standard() {
        return new AuthorityLimits(300, 4, 5, Duration.ofMinutes(1), Duration.ofHours(1));
    }

    public AuthorityLimits withOrdersPer3Hours(int most) {
        return new AuthorityLimits(most, failuresPerHour, duplicatesPerWeek, failureWait, longestFailureWait);
    }

    public AuthorityLimits withFailuresPerHour(int most) {
        return new AuthorityLimits(ordersPer3Hours, most, duplicatesPerWeek, failureWait, longestFailureWait);
    }

    public AuthorityLimits withDuplicatesPerWeek(int most) {
        return new AuthorityLimits(ordersPer3Hours, failuresPerHour, most, failureWait, longestFailureWait);
    }
}
