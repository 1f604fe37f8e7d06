package org.pinisi.edge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pinisi.git.CommitId;
import org.pinisi.git.ExportLimits;
import org.pinisi.git.FetchOptions;
import org.pinisi.git.GitClient;
import org.pinisi.git.GitException;
import org.pinisi.git.GitRepository;
import org.pinisi.git.RefMapping;
import org.pinisi.git.RemoteBranch;
import org.pinisi.git.RemoteUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A branch of a Git repository, fetched into a repository of our own and unpacked, a folder a commit, so
/// that rules can name files beside them.
final class GitSource extends ConfigSource {
    private static final Logger log = LoggerFactory.getLogger(GitSource.class);
    private static final ExportLimits LIMITS = new ExportLimits(10_000, 256L << 20);
    private static final String KEPT = "edge/configuration";

    private final GitClient client;
    private final RemoteBranch remote;
    private final Path state;
    private @Nullable GitRepository opened;
    private @Nullable FolderEvents events;
    /// The folder of the commit that serves, which must stay.
    private @Nullable Path serving;

    GitSource(GitClient client, RemoteBranch remote, Path state) {
        this.client = client;
        this.remote = remote;
        this.state = state.toAbsolutePath().normalize();
    }

    @Override
    public String place() {
        return remote.toString();
    }

    @Override
    ConfigFiles newest() {
        try {
            CommitId commit = fetch();
            return ConfigFiles.of(unpacked(commit), commit.abbreviated());
        } catch (GitException failure) {
            throw new EdgeException(String.valueOf(failure.getMessage()), failure);
        } catch (IOException failure) {
            throw new EdgeException("cannot keep the configuration in " + state + ": " + failure, failure);
        }
    }

    private CommitId fetch() throws IOException {
        GitRepository repository = repository();
        Optional<CommitId> there = client.find(remote);
        if (there.isEmpty()) {
            throw new EdgeException("there is no branch " + remote.branch() + " in " + remote.url());
        }
        if (!there.equals(repository.branch(remote.branch()))) {
            client.fetch(
                    repository,
                    remote.url(),
                    List.of(RefMapping.branch(remote.branch())),
                    FetchOptions.DEFAULT.withDepth(1));
        }
        CommitId commit = repository
                .branch(remote.branch())
                .orElseThrow(
                        () -> new EdgeException("the branch " + remote.branch() + " went away while it was fetched"));
        repository.keep(KEPT, commit);
        return commit;
    }

    private GitRepository repository() throws IOException {
        GitRepository repository = opened;
        if (repository == null) {
            Files.createDirectories(state);
            repository = GitRepository.init(state.resolve("repository.git"));
            opened = repository;
        }
        return repository;
    }

    private Path unpacked(CommitId commit) throws IOException {
        Path folder = state.resolve("commits").resolve(commit.hex());
        if (Files.isDirectory(folder)) {
            return folder;
        }
        removeOthers(folder);
        Path fresh = state.resolve("commits").resolve("new-" + commit.hex());
        Files.createDirectories(fresh.getParent());
        repository().export(commit, fresh, LIMITS);
        Files.move(fresh, folder);
        return folder;
    }

    /// What neither serves nor is about to; and what a killed process left.
    private void removeOthers(Path wanted) throws IOException {
        Path commits = state.resolve("commits");
        if (!Files.isDirectory(commits)) {
            return;
        }
        List<Path> there;
        try (Stream<Path> folders = Files.list(commits)) {
            there = folders.toList();
        }
        Path needed = serving;
        for (Path folder : there) {
            if (!folder.equals(needed) && !folder.equals(wanted)) {
                delete(folder);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// Only a repository on this machine tells by itself.
    @Override
    void watch(Runnable changed) {
        if (remote.url().scheme() == RemoteUrl.Scheme.FILE) {
            Path given = Path.of(remote.url().path());
            Path bare = Files.isDirectory(given.resolve(".git")) ? given.resolve(".git") : given;
            Path heads = bare.resolve("refs").resolve("heads");
            Path branch = heads.resolve(remote.branch()).getParent();
            events = FolderEvents.watch(branch == null ? List.of(bare, heads) : List.of(bare, branch), changed);
        }
    }

    @Override
    void serving(ConfigFiles files) {
        serving = files.base();
    }

    @Override
    public void close() {
        FolderEvents watching = events;
        if (watching != null) {
            watching.close();
        }
        GitRepository repository = opened;
        if (repository != null) {
            repository.close();
        }
        client.close();
        log.debug("event=config-source-closed place={}", place());
    }
}
