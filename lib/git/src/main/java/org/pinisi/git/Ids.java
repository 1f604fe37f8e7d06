package org.pinisi.git;

import static java.util.Objects.requireNonNull;

import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;

/// Between our identities and JGit's, and the names of refs that are ours.
final class Ids {
    /// Refs below this are neither shown to clients nor taken from them.
    static final String HIDDEN = "refs/pinisi/";

    /// Where the commits that forced pushes and deletions left behind stay reachable, relative to
    /// [#HIDDEN].
    static final String REPLACED = "replaced/";

    private Ids() {}

    static ObjectId object(CommitId commit) {
        return ObjectId.fromString(commit.hex());
    }

    static CommitId commit(AnyObjectId object) {
        return new CommitId(object.name());
    }

    /// What a ref points to that is known to point to something: a remote never shows one that does not.
    static ObjectId target(Ref ref) {
        return requireNonNull(ref.getObjectId(), ref.getName());
    }

    static TreeId tree(AnyObjectId object) {
        return new TreeId(object.name());
    }
}
