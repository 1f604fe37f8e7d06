package org.pinisi.edge;

/// What a loop's sweep looks at: something with deadlines, on one event loop.
interface Swept {
    /// It was added; `now` is the loop's time.
    default void added(long now) {}

    /// Looks at the deadlines; called about ten times a second.
    void sweep(long now);

    /// Its place among those of the loop, which [LoopState] gives; below zero for none.
    int slot();

    void slot(int newSlot);
}
