package org.pinisi.git;

import java.util.Optional;

/// The branch of a repository elsewhere that a [GitStore] is kept in step with. Methods block, and end
/// by interruption with a [GitException] of kind `INTERRUPTED`.
public interface StoreRemote {
    /// The branch that a client reaches.
    static StoreRemote of(GitClient client, RemoteBranch branch) {
        return new ClientRemote(client, branch);
    }

    /// What it is called in logs and reports, without secrets.
    String name();

    /// Brings the branch's commits here.
    ///
    /// @return the commit that it is at, or empty when there is no such branch there
    /// @throws GitException when the remote cannot be reached or does not answer as it should
    Optional<CommitId> fetch(GitRepository into);

    /// Moves the branch to a commit, if it is where it is expected to be.
    ///
    /// @param expected where the branch is, empty when there is none
    /// @throws GitException when there was no answer; whether the branch has moved is then not known
    Answer push(GitRepository from, Optional<CommitId> expected, CommitId to);

    /// What a remote says to a push.
    sealed interface Answer {
        /// The branch has moved.
        record Taken() implements Answer {}

        /// The branch is not where it was expected: somebody was faster.
        record Outrun() implements Answer {}

        /// The remote does not want it.
        ///
        /// @param words what it says, its hooks' words too
        record Refused(String words) implements Answer {}
    }
}
