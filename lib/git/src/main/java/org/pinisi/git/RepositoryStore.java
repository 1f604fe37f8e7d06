package org.pinisi.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.FS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The bare repositories in one folder, each in `NAME.git`. Safe for any number of threads. One store at a time may
/// have a folder, held by a lock; other programs may read and push to the repositories by path.
public final class RepositoryStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RepositoryStore.class);
    private static final long CLOSE_SECONDS = 10;

    private final StoreFolder folder;
    private final GitLimits limits;
    private final Map<RepositoryName, GitRepository> opened = new ConcurrentHashMap<>();
    private final Map<RepositoryName, Integer> newborn = new ConcurrentHashMap<>();
    private final List<Consumer<RepositoryName>> watchers = new CopyOnWriteArrayList<>();
    private final Semaphore receiving;
    private final Semaphore unfinished;
    private final Semaphore fetching;
    private final Housekeeping housekeeping;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("git-accepted-", 0).factory());

    private RepositoryStore(StoreFolder folder, GitLimits limits) {
        this.folder = folder;
        this.limits = limits;
        this.receiving = new Semaphore(limits.concurrentPushes(), true);
        this.unfinished = new Semaphore(limits.unfinishedPushes(), true);
        this.housekeeping = new Housekeeping(limits.packsKept());
        this.fetching = new Semaphore(limits.concurrentFetches(), true);
    }

    /// Opens the store in `root`, which is made when missing, and removes what a killed program left half done.
    ///
    /// @throws GitException when another store has the folder, or it cannot be read or made
    public static RepositoryStore open(Path root, GitLimits limits) {
        JGitSettings.apply();
        return new RepositoryStore(StoreFolder.open(root), limits);
    }

    /// All repositories, sorted by name.
    public List<RepositoryName> list() {
        try (Stream<Path> names = Files.list(folder.root())) {
            return names.map(StoreFolder::name)
                    .flatMap(Optional::stream)
                    .filter(name -> !newborn.containsKey(name) && folder.holds(name))
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot list the repositories in " + folder.root(), failure);
        }
    }

    /// The repository, or empty when there is none of this name.
    public Optional<GitRepository> find(RepositoryName name) {
        return newborn.containsKey(name) ? Optional.empty() : lookUp(name);
    }

    /// The repository, made empty with `HEAD` at `refs/heads/main` when there is none: wholly or not at all.
    public GitRepository create(RepositoryName name) {
        synchronized (newborn) {
            Optional<GitRepository> present = lookUp(name);
            if (present.isPresent()) {
                settle(name);
                return present.get();
            }
            folder.create(name, false);
            LOG.info("event=repository_created repository={}", name);
            return lookUp(name).orElseThrow(() -> new GitException("repository " + name + " vanished as it was made"));
        }
    }

    /// Interrupts running [PushListener#accepted] calls and waits for them for at most 10 seconds. Pushes still
    /// being received end without effect; close [GitSsh] and the HTTP server first.
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("event=store_close_incomplete reason=\"accepted pushes still run\"");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        opened.values().forEach(repository -> repository.jgit().close());
        opened.clear();
        folder.close();
    }

    GitLimits limits() {
        return limits;
    }

    StoreFolder folder() {
        return folder;
    }

    /// Held by a push while it is received.
    Semaphore receiving() {
        return receiving;
    }

    /// Held by a push from its first byte until its accepted call has ended.
    Semaphore unfinished() {
        return unfinished;
    }

    Semaphore fetching() {
        return fetching;
    }

    Housekeeping housekeeping() {
        return housekeeping;
    }

    ExecutorService threads() {
        return threads;
    }

    /// Calls `watcher` after each push, on the push's thread; it must not block. The caller removes it again.
    Runnable watch(Consumer<RepositoryName> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    void changed(RepositoryName name) {
        watchers.forEach(watcher -> watcher.accept(name));
    }

    /// The repository for a push, made when there is none. Until [#settle] nobody else sees it, and the last
    /// [#leave] removes it.
    GitRepository enter(RepositoryName name) {
        synchronized (newborn) {
            if (newborn.containsKey(name) || lookUp(name).isEmpty()) {
                if (!newborn.containsKey(name)) {
                    folder.create(name, true);
                }
                newborn.merge(name, 1, Integer::sum);
            }
            return lookUp(name).orElseThrow(() -> new GitException("repository " + name + " vanished as it was made"));
        }
    }

    /// A push into a new repository has moved a branch, so the repository stays.
    void settle(RepositoryName name) {
        synchronized (newborn) {
            folder.settle(name);
            newborn.remove(name);
        }
    }

    void leave(RepositoryName name) {
        synchronized (newborn) {
            Integer pushes = newborn.get(name);
            if (pushes == null) {
                return;
            }
            if (pushes > 1) {
                newborn.put(name, pushes - 1);
                return;
            }
            Optional.ofNullable(opened.remove(name))
                    .ifPresent(repository -> repository.jgit().close());
            RepositoryCache.unregister(
                    RepositoryCache.FileKey.exact(folder.of(name).toFile(), FS.DETECTED));
            folder.remove(name);
            newborn.remove(name);
        }
    }

    private Optional<GitRepository> lookUp(RepositoryName name) {
        if (!folder.holds(name)) {
            GitRepository gone = opened.remove(name);
            if (gone != null) {
                gone.jgit().close();
            }
            return Optional.empty();
        }
        return Optional.of(opened.computeIfAbsent(name, this::open));
    }

    private GitRepository open(RepositoryName name) {
        try {
            Repository repository = new FileRepositoryBuilder()
                    .setGitDir(folder.of(name).toFile())
                    .setBare()
                    .setMustExist(true)
                    .build();
            return new GitRepository(name, repository);
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot open repository " + name + " in " + folder.of(name), failure);
        }
    }
}
