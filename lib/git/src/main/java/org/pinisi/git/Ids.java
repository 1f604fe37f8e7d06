package org.pinisi.git;

import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;

/// Between our identities and JGit's, and the names of refs that are ours.
final class Ids {
    /// Refs below this are neither shown to clients nor taken from them.
    static final String HIDDEN = "refs/pinisi/";

    /// Where the commits that forced pushes and deletions left behind stay reachable, relative to [#HIDDEN].
    static final String REPLACED = "replaced/";

    private Ids() {}

    static ObjectId object(CommitId commit) {
        return ObjectId.fromString(commit.hex());
    }

    static CommitId commit(AnyObjectId object) {
        return new CommitId(object.name());
    }

    static TreeId tree(AnyObjectId object) {
        return new TreeId(object.name());
    }
}
