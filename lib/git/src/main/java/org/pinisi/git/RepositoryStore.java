package org.pinisi.git;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The bare repositories in one folder, each in `NAME.git`. Safe for any number of threads. One store at a time may
/// have a folder; other programs may read and push to the repositories by path.
@SuppressWarnings("DoNotCallSuggester")
public final class RepositoryStore implements AutoCloseable {
    private final Path root;
    private final GitLimits limits;

    private RepositoryStore(Path root, GitLimits limits) {
        this.root = root;
        this.limits = limits;
    }

    /// Opens the store in `root`, which is made when missing, and removes what a killed program left half done.
    public static RepositoryStore open(Path root, GitLimits limits) {
        return new RepositoryStore(root, limits);
    }

    /// All repositories, sorted by name.
    public List<RepositoryName> list() {
        throw new UnsupportedOperationException("being built: " + root + limits);
    }

    /// The repository, or empty when there is none of this name.
    public Optional<GitRepository> find(RepositoryName name) {
        throw new UnsupportedOperationException("being built: " + name);
    }

    /// The repository, made empty with `HEAD` at `refs/heads/main` when there is none: wholly or not at all.
    public GitRepository create(RepositoryName name) {
        throw new UnsupportedOperationException("being built: " + name);
    }

    /// Waits for nothing: pushes being received end without effect, and running [PushListener#accepted] calls are
    /// interrupted.
    @Override
    public void close() {}
}
