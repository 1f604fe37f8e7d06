package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/// What a fetch did.
///
/// @param changes the refs here that moved, in the order of their names
/// @param head the branch that the remote's `HEAD` names, without `refs/heads/`, when it says so
/// @param messages what the remote wrote for people, printable
public record FetchResult(List<Change> changes, Optional<String> head, String messages) {
    /// One ref that moved.
    ///
    /// @param ref its whole name here
    /// @param from its commit (or tag) before, empty when it is new
    /// @param to its commit (or tag) after, empty when it went away
    /// @param kind how the two relate; a history that is cut off does not tell, and counts as forced
    public record Change(String ref, Optional<CommitId> from, Optional<CommitId> to, RefUpdate.Kind kind) {}

    public FetchResult {
        changes = List.copyOf(changes);
        requireNonNull(head, "head");
    }

    public boolean changed() {
        return !changes.isEmpty();
    }
}
