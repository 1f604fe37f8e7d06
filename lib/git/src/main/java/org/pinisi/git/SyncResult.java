package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/// What one [StoreSync#sync] came to.
///
/// @param commit the commit that both sides are at, or of a failure that we are at; empty when there is
///     none
/// @param conflicts what was decided meanwhile, also when the push failed afterwards
/// @param rewritten whether the remote had gone to a history that does not have what was there before
/// @param recreated whether the remote's branch had been deleted, and was made again
/// @param problem why both sides are not the same; empty when they are
public record SyncResult(
        Optional<CommitId> commit,
        List<SyncConflict> conflicts,
        boolean rewritten,
        boolean recreated,
        Optional<Problem> problem) {
    /// Why the remote does not have our changes. They are safe here, and wait.
    ///
    /// @param kind `REJECTED` when the remote refused the push
    /// @param message for people, with the remote's own words
    public record Problem(GitException.Kind kind, String message) {}

    public SyncResult {
        requireNonNull(commit, "commit");
        conflicts = List.copyOf(conflicts);
        requireNonNull(problem, "problem");
    }

    /// Whether both sides are the same.
    public boolean done() {
        return problem.isEmpty();
    }
}
