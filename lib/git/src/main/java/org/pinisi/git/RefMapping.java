package org.pinisi.git;

import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.transport.RefSpec;

/// Which refs of a remote become which refs here (git-fetch(1), "refspec"): `+refs/heads/*:refs/heads/*`.
///
/// @param from a ref of the remote, or a pattern with one `*`
/// @param to the ref here, with a `*` where `from` has one; never one below `refs/pinisi/`
/// @param force whether the ref may move to a commit that does not have its old one among its ancestors
public record RefMapping(String from, String to, boolean force) {
    /// Every branch and tag, and whatever else the remote shows.
    public static final RefMapping MIRROR = new RefMapping("refs/*", "refs/*", true);

    /// Every branch.
    public static final RefMapping BRANCHES = new RefMapping("refs/heads/*", "refs/heads/*", true);

    /// Every tag. A tag that has moved is followed.
    public static final RefMapping TAGS = new RefMapping("refs/tags/*", "refs/tags/*", true);

    /// @throws GitException when a name is no ref's, or only one of them has a `*`
    public RefMapping {
        boolean named = from.startsWith(Constants.R_REFS) && to.startsWith(Constants.R_REFS);
        if (!named || to.startsWith(Ids.HIDDEN)) {
            throw new GitException("cannot map " + ProgressQueue.printable(from + " to " + to)
                    + "; both must begin with refs/, and none here with refs/pinisi/");
        }
        try {
            new RefSpec(from + ":" + to, RefSpec.WildcardMode.REQUIRE_MATCH);
        } catch (IllegalArgumentException malformed) {
            throw new GitException(
                    "\"" + ProgressQueue.printable(from + ":" + to) + "\" is no mapping of refs; see git-fetch(1)",
                    malformed);
        }
    }

    /// One branch, kept under the same name; it follows when the remote's is forced.
    public static RefMapping branch(String name) {
        return new RefMapping(Constants.R_HEADS + name, Constants.R_HEADS + name, true);
    }

    RefSpec spec() {
        return new RefSpec((force ? "+" : "") + from + ":" + to);
    }

    boolean isPattern() {
        return from.indexOf('*') >= 0;
    }
}
