package org.pinisi.git;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One bare repository. Safe for any number of threads; usable until its store is closed. Every method may block on
/// the disk and throws [GitException] when the repository is damaged or gone.
@SuppressWarnings("DoNotCallSuggester")
public final class GitRepository {
    private final RepositoryName name;

    GitRepository(RepositoryName name) {
        this.name = name;
    }

    public RepositoryName name() {
        return name;
    }

    /// All branches with their commits, sorted by name.
    public Map<String, CommitId> branches() {
        throw new UnsupportedOperationException("being built");
    }

    /// The commit of a branch (without `refs/heads/`), or empty when there is no such branch.
    public Optional<CommitId> branch(String branch) {
        throw new UnsupportedOperationException("being built" + branch);
    }

    /// Whether the repository holds this commit, reachable or not.
    public boolean contains(CommitId commit) {
        throw new UnsupportedOperationException("being built" + commit);
    }

    public Commit commit(CommitId commit) {
        throw new UnsupportedOperationException("being built" + commit);
    }

    public TreeId tree(CommitId commit) {
        throw new UnsupportedOperationException("being built" + commit);
    }

    /// The contents of a file, or empty when there is no file at `path`.
    ///
    /// @param path as `folder/file`, with no `/` at the front
    /// @throws GitException when the file has more than `maxBytes`
    public Optional<byte[]> file(CommitId commit, String path, int maxBytes) {
        throw new UnsupportedOperationException("being built" + commit + path + maxBytes);
    }

    /// What is in a folder, in Git's order; the empty path is the topmost folder.
    ///
    /// @throws GitException when there is no folder at `path`
    public List<TreeEntry> list(CommitId commit, String path) {
        throw new UnsupportedOperationException("being built" + commit + path);
    }

    /// Writes the commit's whole tree into `folder`, without a `.git`: files with their executable bit, symbolic
    /// links that stay inside, Git LFS pointers as they are. `folder` is made when missing and must be empty. Stops
    /// by interruption. After a failure the folder holds part of the tree and is the caller's to delete.
    ///
    /// @throws GitException when the tree has a submodule, a link that leads outside, an unsafe name, or is over a
    ///     limit
    public void export(CommitId commit, Path folder, ExportLimits limits) {
        throw new UnsupportedOperationException("being built" + commit + folder + limits);
    }

    /// Keeps a commit from ever being collected, under `refs/pinisi/` + `refName`; replaces what was there.
    public void keep(String refName, CommitId commit) {
        throw new UnsupportedOperationException("being built" + commit + refName);
    }
}
