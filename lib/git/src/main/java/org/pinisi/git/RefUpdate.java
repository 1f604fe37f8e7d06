package org.pinisi.git;

import java.util.Optional;

/// What a push does to one branch.
///
/// @param branch the branch without `refs/heads/`
/// @param from the branch's commit before, empty when it is created
/// @param to the branch's commit after, empty when it is deleted
public record RefUpdate(String branch, Optional<CommitId> from, Optional<CommitId> to, Kind kind) {
    /// How the new commit relates to the old one.
    public enum Kind {
        CREATE,
        /// The new commit has the old one among its ancestors.
        FAST_FORWARD,
        /// The new commit does not have the old one among its ancestors; the old one stays under a keep ref.
        FORCED,
        DELETE
    }
}
