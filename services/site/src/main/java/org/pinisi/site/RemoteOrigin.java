package org.pinisi.site;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pinisi.git.CommitId;
import org.pinisi.git.FetchOptions;
import org.pinisi.git.GitClient;
import org.pinisi.git.GitException;
import org.pinisi.git.GitRepository;
import org.pinisi.git.RefMapping;
import org.pinisi.git.RemoteBranch;
import org.pinisi.git.Upkeep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A branch of a repository elsewhere, fetched into a repository of our own, which holds the last good
/// state whatever happens to the other.
///
/// The folder holds `repository.git`, `shown` (the commit that was last shown) and `lock` (one process at a
/// time).
final class RemoteOrigin implements SiteOrigin {
    private static final Logger log = LoggerFactory.getLogger(RemoteOrigin.class);
    private static final String KEPT = "site/shown";
    private static final int MOST_PACKS = 20;
    /// Longer than any answer that began with an earlier commit takes.
    private static final Duration GRACE = Duration.ofHours(6);

    private final GitClient client;
    private final RemoteBranch remote;
    private final Path folder;
    private final boolean wholeHistory;
    private final FileLock lock;
    private final GitRepository repository;
    private final Upkeep upkeep;

    private RemoteOrigin(
            GitClient client,
            RemoteBranch remote,
            Path folder,
            boolean wholeHistory,
            FileLock lock,
            GitRepository repository) {
        this.client = client;
        this.remote = remote;
        this.folder = folder;
        this.wholeHistory = wholeHistory;
        this.lock = lock;
        this.repository = repository;
        this.upkeep = Upkeep.ofFetched(repository, MOST_PACKS, GRACE);
    }

    static RemoteOrigin open(GitClient client, RemoteBranch remote, Path folder, boolean wholeHistory) {
        FileLock lock = lock(folder);
        @Nullable RemoteOrigin origin = null;
        try {
            // Nobody else is here, so what lies there is of a process that was killed while it fetched.
            delete(folder.resolve("repository.git").resolve("incoming"));
            GitRepository repository = GitRepository.init(folder.resolve("repository.git"));
            origin = new RemoteOrigin(client, remote, folder, wholeHistory, lock, repository);
            return origin;
        } finally {
            if (origin == null) {
                release(lock);
            }
        }
    }

    private static void delete(Path leftover) {
        if (Files.notExists(leftover)) {
            return;
        }
        try (Stream<Path> files = Files.walk(leftover)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failure) {
            throw new SiteException(
                    "cannot remove what a killed process left in " + leftover + ": " + failure, failure);
        }
    }

    private static FileLock lock(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            @Nullable FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new SiteException("another process serves this remote from " + folder
                        + "; end it, or give this one another --data");
            }
            return lock;
        } catch (IOException failure) {
            throw new SiteException("cannot use the folder " + folder + ": " + failure, failure);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException ours) {
            return null;
        }
    }

    private static void release(FileLock lock) {
        try {
            lock.acquiredBy().close();
        } catch (IOException failure) {
            log.warn("event=site-lock-not-released reason=\"{}\"", failure.toString());
        }
    }

    @Override
    public String place() {
        return remote.url().toString();
    }

    @Override
    public String branch() {
        return remote.branch();
    }

    @Override
    public GitRepository repository() {
        return repository;
    }

    /// The commit shown last, else the one fetched last.
    @Override
    public Optional<CommitId> known() {
        return readShown().filter(repository::contains).or(() -> repository.branch(remote.branch()));
    }

    private Optional<CommitId> readShown() {
        Path file = folder.resolve("shown");
        try {
            return Files.exists(file)
                    ? Optional.of(new CommitId(
                            Files.readString(file, StandardCharsets.US_ASCII).strip()))
                    : Optional.empty();
        } catch (IOException | GitException damaged) {
            log.warn("event=site-shown-unreadable file={} reason=\"{}\"", file, damaged.toString());
            return Optional.empty();
        }
    }

    @Override
    public Optional<CommitId> pull() {
        Optional<CommitId> there = client.find(remote);
        if (there.isEmpty() || there.equals(repository.branch(remote.branch()))) {
            return there;
        }
        client.fetch(
                repository,
                remote.url(),
                List.of(RefMapping.branch(remote.branch())),
                FetchOptions.DEFAULT.withDepth(wholeHistory ? 0 : 1));
        return repository.branch(remote.branch());
    }

    /// Remembered, so that it is what a restart begins with, and kept from being collected.
    @Override
    public void shown(CommitId commit) {
        remember(commit);
        try {
            repository.keep(KEPT, commit);
        } catch (GitException failure) {
            log.warn("event=site-shown-not-kept commit={} reason=\"{}\"", commit, failure.getMessage());
            return;
        }
        // Only now: the repacking spares nothing but what is kept.
        upkeep.changed();
    }

    private void remember(CommitId commit) {
        Path file = folder.resolve("shown");
        Path next = folder.resolve("shown.new");
        try {
            try (FileChannel channel = FileChannel.open(
                    next, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                channel.write(StandardCharsets.US_ASCII.encode(commit.hex() + "\n"));
                channel.force(true);
            }
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            log.warn("event=site-shown-unwritable file={} reason=\"{}\"", file, failure.toString());
        }
    }

    @Override
    public void watch(Runnable changed) {
        // Another machine does not tell us; polling and the hook do.
    }

    @Override
    public void close() {
        upkeep.close();
        repository.close();
        release(lock);
    }
}
