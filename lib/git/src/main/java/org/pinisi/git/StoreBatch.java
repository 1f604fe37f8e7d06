package org.pinisi.git;

/// Changes to a [GitStore] that become one commit.
@FunctionalInterface
public interface StoreBatch {
    /// Sets and deletes keys of the draft. Called once more, with a new draft, when another program moved the branch
    /// meanwhile; so it should do nothing else. What it throws ends the batch, and nothing is changed.
    void change(StoreDraft draft);
}
