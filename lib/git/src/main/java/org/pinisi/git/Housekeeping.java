package org.pinisi.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repacks a repository once its changes have left many packs or loose objects in it, which make
/// look-ups slow. What no ref reaches is deleted after a time of grace; keep refs count as refs.
/// One repository at a time.
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    /// As `gc.auto` of git.
    private static final int MOST_LOOSE_OBJECTS = 6700;
    /// As `gc.pruneExpire` of git.
    private static final Duration TWO_WEEKS = Duration.ofDays(14);

    private final int mostPacks;
    private final Duration grace;
    private final Semaphore turn = new Semaphore(1);

    Housekeeping(int mostPacks) {
        this(mostPacks, TWO_WEEKS);
    }

    /// @param grace how long what no ref reaches is kept after the repacking that found it so
    Housekeeping(int mostPacks, Duration grace) {
        this.mostPacks = mostPacks;
        this.grace = grace;
    }

    /// Repacks when due; returns at once when it is not, or another repository has its turn: the next
    /// push asks again. Stops by interruption.
    void tidy(GitRepository repository) {
        if (!turn.tryAcquire()) {
            return;
        }
        try {
            int packs = packs(repository.jgit());
            int loose = looseObjects(repository.jgit());
            if (packs > mostPacks || loose > MOST_LOOSE_OBJECTS) {
                repack(repository);
                LOG.info(
                        "event=repository_repacked repository={} packs={} loose_objects={}",
                        repository.name(),
                        packs,
                        loose);
            }
        } catch (IOException | GitAPIException | RuntimeException failure) {
            if (Thread.currentThread().isInterrupted()) {
                LOG.debug("event=repack_interrupted repository={}", repository.name());
                return;
            }
            // JGit's own words are only that it has failed.
            Throwable cause = Objects.requireNonNullElse(failure.getCause(), failure);
            LOG.warn("event=repack_failed repository={} reason=\"{}\"", repository.name(), cause.toString());
        } finally {
            turn.release();
        }
    }

    private void repack(GitRepository repository) throws GitAPIException {
        // Closing this Git would close the repository, which is the store's.
        Git.wrap(repository.jgit())
                .gc()
                // Compared with the times of files, so no other clock will do.
                .setExpire(InstantSource.system().instant().minus(grace))
                .setProgressMonitor(new EmptyProgressMonitor() {
                    @Override
                    public boolean isCancelled() {
                        return Thread.currentThread().isInterrupted();
                    }
                })
                .call();
    }

    private static int packs(Repository repository) throws IOException {
        Path folder = repository.getDirectory().toPath().resolve("objects/pack");
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.filter(file -> file.toString().endsWith(".pack")).count();
        }
    }

    /// An estimate from one of the 256 folders, as git makes it.
    private static int looseObjects(Repository repository) throws IOException {
        Path folder = repository.getDirectory().toPath().resolve("objects/17");
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.count() * 256;
        }
    }
}
