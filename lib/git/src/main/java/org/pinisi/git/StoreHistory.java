package org.pinisi.git;

import java.util.List;

/// The commits that gave a key its values, the newest first.
///
/// @param complete whether there are no more than these; otherwise a limit ended the search
public record StoreHistory(List<Commit> commits, boolean complete) {
    public StoreHistory {
        commits = List.copyOf(commits);
    }
}
