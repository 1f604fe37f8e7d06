package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;

/// What a push is to do to one ref of a remote.
///
/// @param ref its whole name there, such as `refs/heads/main`
/// @param to the commit it is to have, empty to delete it
/// @param expected what it must have before; the remote itself compares, so that nothing comes between
/// @param force whether it may move to a commit that does not have its old one among its ancestors
public record PushUpdate(String ref, Optional<CommitId> to, Expected expected, boolean force) {
    /// What a ref must have for the push to go on.
    public sealed interface Expected {
        /// Whatever it has.
        record Anything() implements Expected {}

        /// There is no such ref yet.
        record Absent() implements Expected {}

        /// This commit.
        record At(CommitId commit) implements Expected {}
    }

    /// @throws GitException when `ref` is no name for a ref (git-check-ref-format(1))
    public PushUpdate {
        requireNonNull(to, "to");
        requireNonNull(expected, "expected");
        if (!ref.startsWith(Constants.R_REFS) || !Repository.isValidRefName(ref)) {
            throw new GitException("\"" + ProgressQueue.printable(ref)
                    + "\" is not the whole name of a ref, such as refs/heads/main; see git-check-ref-format(1)");
        }
    }

    /// Moves a branch forward, or makes it; refused when the remote's has commits that `to` does not
    /// have.
    public static PushUpdate forward(String branch, CommitId to) {
        return new PushUpdate(Constants.R_HEADS + branch, Optional.of(to), new Expected.Anything(), false);
    }

    /// Moves a branch forward from exactly `old`, or makes it when that is empty; refused when somebody
    /// else was faster, and when `to` does not have `old` among its ancestors.
    public static PushUpdate onTop(String branch, Optional<CommitId> old, CommitId to) {
        return new PushUpdate(Constants.R_HEADS + branch, Optional.of(to), expected(old), false);
    }

    /// Moves a branch from exactly `old`, or makes it when that is empty, whatever the two have in
    /// common.
    public static PushUpdate replace(String branch, Optional<CommitId> old, CommitId to) {
        return new PushUpdate(Constants.R_HEADS + branch, Optional.of(to), expected(old), true);
    }

    /// Deletes a branch that has exactly `old`.
    public static PushUpdate delete(String branch, CommitId old) {
        return new PushUpdate(Constants.R_HEADS + branch, Optional.empty(), new Expected.At(old), true);
    }

    private static Expected expected(Optional<CommitId> old) {
        return old.isPresent() ? new Expected.At(old.get()) : new Expected.Absent();
    }
}
