package org.pinisi.deployer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/// One way of a commit through the pipeline, from its cause to its outcome.
///
/// @param id unique on this machine, growing
/// @param app the app
/// @param branch the branch it came by
/// @param deploys whether it ends in a deployment, or only builds and checks
/// @param commit the commit, 40 hexadecimal digits
/// @param subject the first line of the commit's message
/// @param cause why it was begun
/// @param by who began it: a key's comment, an address, or a user of this machine
/// @param state how it stands
/// @param message one line on the outcome; the reason when it failed
/// @param release the release it made or chose, once known
/// @param started when it began
/// @param ended when it ended, unless it runs
public record Run(
        long id,
        String app,
        String branch,
        boolean deploys,
        String commit,
        String subject,
        Cause cause,
        String by,
        State state,
        String message,
        OptionalInt release,
        Instant started,
        Optional<Instant> ended) {
    /// How a run stands.
    public enum State {
        /// Going on.
        RUNNING,
        /// Its release serves.
        LIVE,
        /// Built and checked; its branch is not deployed.
        CHECKED,
        /// A step failed; what served before serves on.
        FAILED,
        /// A newer commit took its place, or somebody cancelled it.
        CANCELLED
    }

    /// The commit as people write it.
    public String shortCommit() {
        return commit.substring(0, Math.min(7, commit.length()));
    }

    /// How long it took, or has taken until `now`.
    public Duration took(Instant now) {
        return Duration.between(started, ended.orElse(now));
    }
}
