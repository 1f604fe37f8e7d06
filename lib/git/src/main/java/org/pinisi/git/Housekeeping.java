package org.pinisi.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.EmptyProgressMonitor;
import org.eclipse.jgit.lib.Repository;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repacks a repository once its pushes have left many packs in it, which would make every look-up slow. What no ref
/// reaches is deleted after two weeks, as git does; keep refs count as refs. One repository at a time.
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final int mostPacks;
    private final Semaphore turn = new Semaphore(1);

    Housekeeping(int mostPacks) {
        this.mostPacks = mostPacks;
    }

    /// Repacks when due; returns at once when it is not, or another repository has its turn: the next push asks again.
    /// Stops by interruption.
    void tidy(GitRepository repository) {
        if (!turn.tryAcquire()) {
            return;
        }
        try {
            int packs = packs(repository.jgit());
            if (packs > mostPacks) {
                repack(repository);
                LOG.info("event=repository_repacked repository={} packs={}", repository.name(), packs);
            }
        } catch (IOException | GitAPIException | RuntimeException failure) {
            LOG.warn("event=repack_failed repository={} reason=\"{}\"", repository.name(), failure.toString());
        } finally {
            turn.release();
        }
    }

    private static void repack(GitRepository repository) throws GitAPIException {
        // Closing this Git would close the repository, which is the store's.
        Git.wrap(repository.jgit())
                .gc()
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
}
