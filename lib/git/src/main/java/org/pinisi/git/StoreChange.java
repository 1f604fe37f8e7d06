package org.pinisi.git;

import java.util.List;
import java.util.Optional;

/// What a [GitStore] became.
///
/// @param from the commit before, empty when there was none; of several commits in a row, the first one's
/// @param to the commit now, empty when the branch was deleted
/// @param keys those whose values differ between the two, sorted
public record StoreChange(Optional<CommitId> from, Optional<CommitId> to, List<StoreKey> keys) {
    public StoreChange {
        keys = List.copyOf(keys);
    }
}
