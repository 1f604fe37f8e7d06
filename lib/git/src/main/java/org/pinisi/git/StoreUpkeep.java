package org.pinisi.git;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Packs what the changes of a store leave behind, on a thread of its own, so that no writer waits for it.
final class StoreUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreUpkeep.class);
    private static final int CHANGES_BETWEEN = 100;
    private static final int MOST_PACKS = 50;
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

    private final GitRepository repository;
    private final Housekeeping housekeeping = new Housekeeping(MOST_PACKS);
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicReference<Optional<Thread>> running = new AtomicReference<>(Optional.empty());

    StoreUpkeep(GitRepository repository) {
        this.repository = repository;
    }

    /// The store has one commit more.
    void changed() {
        if (changes.incrementAndGet() % CHANGES_BETWEEN != 0
                || running.get().filter(Thread::isAlive).isPresent()) {
            return;
        }
        Thread thread = Thread.ofVirtual().name("git-store-upkeep").unstarted(() -> housekeeping.tidy(repository));
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
                LOG.warn("event=store_upkeep_close_incomplete repository={}", repository.name());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
