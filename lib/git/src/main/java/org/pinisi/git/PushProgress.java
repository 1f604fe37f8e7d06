package org.pinisi.git;

/// The pusher's terminal. Safe for any number of threads; never blocks for the pusher's sake.
public interface PushProgress {
    /// Shows `text` as `remote: text` at once. Control characters are left out, except the escape sequences of
    /// colours. A pusher too slow to take its lines misses some and is told how many.
    void line(String text);

    /// Whether the pusher is still there, as far as is known.
    boolean listening();
}
