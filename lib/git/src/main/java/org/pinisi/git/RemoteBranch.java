package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;

/// A branch of a repository elsewhere; in text the repository's address, `#` and the branch.
///
/// @param branch without `refs/heads/`
public record RemoteBranch(RemoteUrl url, String branch) {
    /// @throws GitException when `branch` is no name for a branch (git-check-ref-format(1))
    public RemoteBranch {
        requireNonNull(url, "url");
        if (branch.startsWith("-") || !Repository.isValidRefName(Constants.R_HEADS + branch)) {
            throw new GitException("\"" + ProgressQueue.printable(branch)
                    + "\" is not a name for a branch; see git-check-ref-format(1)");
        }
    }

    /// Reads `URL#branch`, and `URL` alone as its branch `main`.
    ///
    /// @throws GitException that says what was expected, without the text's secrets
    public static RemoteBranch parse(String text) {
        int hash = text.indexOf('#');
        if (hash < 0) {
            return new RemoteBranch(RemoteUrl.parse(text), "main");
        }
        if (text.indexOf('#', hash + 1) >= 0) {
            throw new GitException("the remote " + RemoteUrlParser.shown(text.substring(0, hash))
                    + " has more than one #; expected is URL#branch");
        }
        return new RemoteBranch(RemoteUrl.parse(text.substring(0, hash)), text.substring(hash + 1));
    }

    /// The branch's whole name, with `refs/heads/`.
    public String ref() {
        return Constants.R_HEADS + branch;
    }

    @Override
    public String toString() {
        return url + "#" + branch;
    }
}
