package org.pinisi.site;

import java.util.Optional;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitRepository;

/// Where a site's commits come from: one branch of one repository. Used by one thread at a time.
interface Origin extends AutoCloseable {
    /// Where that is, for people; without secrets.
    String place();

    String branch();

    /// The bare repository on this machine that holds the commits.
    ///
    /// @throws org.pinisi.git.GitException when it cannot be opened
    GitRepository repository();

    /// The branch's commit as last known, without asking another machine.
    Optional<CommitId> known();

    /// Brings the branch's newest commit into [#repository()], and says which it is; empty when the repository asked
    /// has no such branch. Blocks; stops by interruption.
    ///
    /// @throws RuntimeException of the rooms below when it cannot be had; then nothing has changed
    Optional<CommitId> pull() throws InterruptedException;

    /// Calls `changed` when the branch may have moved, if the origin can tell by itself; else does nothing. Ends with
    /// [#close()].
    void watch(Runnable changed);

    @Override
    void close();
}
