package org.pinisi.site;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.pinisi.git.CommitId;

/// What a site shows, and whether it knows that to be the newest.
///
/// @param place where its commits come from, without secrets
/// @param branch which branch is followed
/// @param shown the commit that is served; empty before the first
/// @param shownSince when it was first served by this process
/// @param asked when the repository last answered; empty when it never did
/// @param trouble why what is shown may be old; empty when all is well
public record SourceStatus(
        String place,
        String branch,
        Optional<CommitId> shown,
        Optional<Instant> shownSince,
        Optional<Instant> asked,
        Optional<Trouble> trouble) {
    /// Why the newest commit is not known or not shown.
    ///
    /// @param reason for people, without secrets
    /// @param since when it began
    /// @param tries how often it was tried since
    public record Trouble(String reason, Instant since, int tries) {
        /// How long it has lasted; never negative, whatever was done to the clock.
        public Duration age(Instant now) {
            Duration age = Duration.between(since, now);
            return age.isNegative() ? Duration.ZERO : age;
        }
    }

    static SourceStatus initial(String place, String branch) {
        return new SourceStatus(place, branch, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// The repository answered, and this commit is shown.
    SourceStatus showing(CommitId commit, Instant now) {
        boolean same = shown.filter(commit::equals).isPresent();
        return new SourceStatus(
                place, branch, Optional.of(commit), same ? shownSince : Optional.of(now), asked, trouble);
    }

    /// The repository answered, and all is well.
    SourceStatus well(Instant now) {
        return new SourceStatus(place, branch, shown, shownSince, Optional.of(now), Optional.empty());
    }

    /// Something is wrong.
    ///
    /// @param answered whether the repository was reached
    SourceStatus troubled(String reason, boolean answered, Instant now) {
        Trouble next = trouble.filter(old -> old.reason().equals(reason))
                .map(old -> new Trouble(reason, old.since(), old.tries() + 1))
                .orElseGet(() -> new Trouble(reason, now, 1));
        return new SourceStatus(
                place, branch, shown, shownSince, answered ? Optional.of(now) : asked, Optional.of(next));
    }

    /// How many tries in a row have failed, for whatever reasons.
    int failures() {
        return trouble.map(Trouble::tries).orElse(0);
    }
}
