package org.pinisi.git;

import java.util.Map;

/// Told by a [RefWatcher] what a repository's branches are.
@FunctionalInterface
public interface BranchListener {
    /// Called once for each repository found, and again after each change of its branches, in order for each
    /// repository; may block, which delays later calls. A failure is logged, and the same branches are reported
    /// again at the next poll.
    ///
    /// @param branches all branches with their commits, sorted by name
    void branches(RepositoryName repository, Map<String, CommitId> branches);
}
