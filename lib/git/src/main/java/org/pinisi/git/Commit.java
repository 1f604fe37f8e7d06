package org.pinisi.git;

import java.time.Instant;
import java.util.List;

/// One version of a repository.
///
/// @param parents the commits it was made from: none for a first commit, several for a merge
/// @param author the author's name as written in the commit
/// @param email the author's address as written in the commit
/// @param time when it was committed, by the committer's clock
/// @param subject the first paragraph of the message, as one line
/// @param body the rest of the message, or the empty string
public record Commit(
        CommitId id,
        TreeId tree,
        List<CommitId> parents,
        String author,
        String email,
        Instant time,
        String subject,
        String body) {
    public Commit {
        parents = List.copyOf(parents);
    }
}
