package org.pinisi.certificates;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/// The threads that work on names. Every wait in one has a deadline of its own; together they have one
/// more. Thread-safe.
final class Crew {
    private static final Duration LONGEST_WORK = Duration.ofMinutes(15);
    private static final Duration END = Duration.ofSeconds(5);

    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Thread, Long> workers = new HashMap<>();

    /// @param most how many work at once
    Crew(int most) {
        this.most = most;
    }

    /// How many more can begin.
    int free() {
        lock.lock();
        try {
            return Math.max(0, most - workers.size());
        } finally {
            lock.unlock();
        }
    }

    /// @param name of the thread
    /// @param work must not throw
    /// @param after is run when the thread's place is free again
    void begin(String name, Runnable work, Runnable after) {
        Thread worker = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                work.run();
            } finally {
                leave();
                after.run();
            }
        });
        lock.lock();
        try {
            workers.put(worker, System.nanoTime());
        } finally {
            lock.unlock();
        }
        worker.start();
    }

    private void leave() {
        lock.lock();
        try {
            workers.remove(Thread.currentThread());
        } finally {
            lock.unlock();
        }
    }

    /// Interrupts those that have worked for too long.
    void endOverlong() {
        long now = System.nanoTime();
        lock.lock();
        try {
            workers.forEach((worker, since) -> {
                if (now - since > LONGEST_WORK.toNanos()) {
                    worker.interrupt();
                }
            });
        } finally {
            lock.unlock();
        }
    }

    /// Interrupts all and waits some seconds for each; none must begin any more.
    void end() throws InterruptedException {
        List<Thread> running;
        lock.lock();
        try {
            running = List.copyOf(workers.keySet());
        } finally {
            lock.unlock();
        }
        running.forEach(Thread::interrupt);
        for (Thread worker : running) {
            worker.join(END);
        }
    }
}
