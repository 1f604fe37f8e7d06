package org.pinisi.git;

/// A key that was changed on both sides, and what became of it. Both values stay in the history of the
/// branch, or where the remote was rewritten in a commit kept here.
///
/// @param key printable; the path of the key
/// @param ours the commit here that was merged
/// @param theirs the remote's commit that was merged
public record SyncConflict(String key, CommitId ours, CommitId theirs, Kept kept) {
    /// Whose value stayed.
    public enum Kept {
        OURS,
        THEIRS,
        MERGED
    }
}
