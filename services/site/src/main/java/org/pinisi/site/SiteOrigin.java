package org.pinisi.site;

import java.nio.file.Path;
import java.util.Optional;
import org.pinisi.git.CommitId;
import org.pinisi.git.GitClient;
import org.pinisi.git.GitRepository;
import org.pinisi.git.RemoteBranch;

/// Where a site's commits come from: one branch of one repository. Used by one thread at a time.
public interface SiteOrigin extends AutoCloseable {
    /// A branch of a repository on this machine, bare or not, read where it lies. Nothing is written to it.
    static SiteOrigin local(Path folder, String branch) {
        return new LocalOrigin(folder, branch);
    }

    /// A branch of a repository elsewhere, fetched into a repository of our own in `folder`, which is made when
    /// missing.
    ///
    /// @param wholeHistory whether older commits are fetched too, as previews need; else only the newest
    /// @throws SiteException when the folder cannot be used, or another process uses it
    static SiteOrigin remote(GitClient client, RemoteBranch remote, Path folder, boolean wholeHistory) {
        return RemoteOrigin.open(client, remote, folder, wholeHistory);
    }

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

    /// Told that this commit is shown from now on; must not fail.
    void shown(CommitId commit);

    /// Calls `changed` when the branch may have moved, if the origin can tell by itself; else does nothing. Ends with
    /// [#close()].
    void watch(Runnable changed);

    @Override
    void close();
}
