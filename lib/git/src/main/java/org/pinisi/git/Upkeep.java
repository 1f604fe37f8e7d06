package org.pinisi.git;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Repacks a repository whose changes leave many packs behind, on a thread of its own, so that no writer and no
/// reader waits for it; see git-gc(1). What no ref reaches goes too, after a time of grace; what
/// [GitRepository#keep] keeps stays. Thread-safe. To be closed before the repository is.
public final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final int STORE_CHANGES_BETWEEN = 100;
    private static final int STORE_PACKS = 50;
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

    private final GitRepository repository;
    private final Housekeeping housekeeping;
    private final int changesBetween;
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicReference<Optional<Thread>> running = new AtomicReference<>(Optional.empty());

    private Upkeep(GitRepository repository, Housekeeping housekeeping, int changesBetween) {
        this.repository = repository;
        this.housekeeping = housekeeping;
        this.changesBetween = changesBetween;
    }

    static Upkeep ofStore(GitRepository repository) {
        return new Upkeep(repository, new Housekeeping(STORE_PACKS), STORE_CHANGES_BETWEEN);
    }

    /// Of a repository that is fetched into.
    ///
    /// @param mostPacks how many packs there may be before they are made one; loose objects count as in git-gc(1)
    /// @param grace how long at least that stays which no ref reaches any more; whoever still reads it must have
    ///     ended by then
    public static Upkeep ofFetched(GitRepository repository, int mostPacks, Duration grace) {
        return new Upkeep(repository, new Housekeeping(mostPacks, grace), 1);
    }

    /// The repository has one change more. Returns at once.
    public void changed() {
        if (changes.incrementAndGet() % changesBetween != 0
                || running.get().filter(Thread::isAlive).isPresent()) {
            return;
        }
        Thread thread = Thread.ofVirtual().name("git-upkeep").unstarted(() -> housekeeping.tidy(repository));
        running.set(Optional.of(thread));
        thread.start();
    }

    /// Interrupts it and waits for it, at most 10 seconds.
    @Override
    public void close() {
        Optional<Thread> thread = running.get();
        if (thread.isEmpty()) {
            return;
        }
        thread.get().interrupt();
        try {
            if (!thread.get().join(CLOSE_TIME)) {
                LOG.warn("event=upkeep_close_incomplete repository={}", repository.name());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
