package org.pinisi.git;

/// Told what changes in a [GitStore].
@FunctionalInterface
public interface StoreListener {
    /// Called on the watch's own thread, one change after the other; what comes while it runs is told
    /// as one change. When it throws, the same change is told again later.
    void changed(StoreChange change) throws InterruptedException;
}
