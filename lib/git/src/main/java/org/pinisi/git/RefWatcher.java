package org.pinisi.git;

import java.time.Duration;

/// Follows the branches of all repositories of a store: pushes through [GitHttp] and [GitSsh] at once, other
/// writers (a push into the bare folder by path) by polling. New repositories appear by themselves.
@SuppressWarnings("DoNotCallSuggester")
public final class RefWatcher implements AutoCloseable {
    private RefWatcher() {}

    /// Starts watching; every repository present is reported first.
    ///
    /// @param interval between polls, at least 10 milliseconds
    public static RefWatcher start(RepositoryStore store, Duration interval, BranchListener listener) {
        throw new UnsupportedOperationException("being built" + interval + listener);
    }

    /// Stops; when it returns, no further call is made and a running one has been interrupted.
    @Override
    public void close() {}
}
