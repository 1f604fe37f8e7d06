package org.pinisi.git;

/// How to fetch.
///
/// @param depth how many commits of each history to fetch at most, at least 1; 0 for all. What is here
///     already is not made deeper
/// @param prune whether refs here go away whose refs the remote no longer has, as far as the mappings
///     reach
public record FetchOptions(int depth, boolean prune) {
    /// All of the history; nothing goes away.
    public static final FetchOptions DEFAULT = new FetchOptions(0, false);

    public FetchOptions {
        if (depth < 0) {
            throw new IllegalArgumentException("depth: " + depth + " (expected: >= 0)");
        }
    }

    public FetchOptions withDepth(int commits) {
        return new FetchOptions(commits, prune);
    }

    public FetchOptions withPrune(boolean on) {
        return new FetchOptions(depth, on);
    }
}
