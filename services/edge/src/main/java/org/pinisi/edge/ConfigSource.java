package org.pinisi.edge;

import java.nio.file.Path;
import org.pinisi.git.GitClient;
import org.pinisi.git.RemoteBranch;

/// Where an edge's configuration comes from: a folder, or a branch of a Git repository. Used by one
/// thread at a time.
public abstract sealed class ConfigSource implements AutoCloseable permits FolderSource, GitSource {
    ConfigSource() {}

    /// A folder with `edge.yaml` and `routes/*.yaml`.
    public static ConfigSource folder(Path folder) {
        return new FolderSource(folder);
    }

    /// A branch whose top folder is laid out like that. The newest commit is fetched into `state`, which is
    /// made when missing; what was fetched last is there after a restart while the remote is away.
    ///
    /// @param client closed with the source
    public static ConfigSource git(GitClient client, RemoteBranch remote, Path state) {
        return new GitSource(client, remote, state);
    }

    /// Where that is, for people; without secrets.
    public abstract String place();

    /// What is there now. Blocks; stops by interruption.
    ///
    /// @throws EdgeException when it cannot be had, or is no configuration
    abstract ConfigFiles newest();

    /// Calls `changed` when something may have changed, as far as that can be noticed without asking; ends
    /// with [#close].
    abstract void watch(Runnable changed);

    /// Told that these files are what serves now; must not fail.
    abstract void serving(ConfigFiles files);

    @Override
    public abstract void close();
}
