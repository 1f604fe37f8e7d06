package org.pinisi.engine;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Who may start without asking. Safe for any number of threads.
final class Confirmation {
    private Optional<Level> threshold;
    private final Set<String> approved = new HashSet<>();

    Confirmation(Optional<Level> threshold) {
        this.threshold = threshold;
    }

    synchronized Optional<Level> threshold() {
        return threshold;
    }

    synchronized void threshold(Optional<Level> next) {
        threshold = next;
        notifyAll();
    }

    synchronized boolean approve(String jobId) {
        boolean fresh = approved.add(jobId);
        notifyAll();
        return fresh;
    }

    synchronized void forget(String jobId) {
        approved.remove(jobId);
    }

    synchronized boolean holds(String jobId, Level level) {
        return threshold.isPresent() && level.compareTo(threshold.get()) >= 0 && !approved.contains(jobId);
    }

    synchronized void await(String jobId, Level level) throws InterruptedException {
        while (holds(jobId, level)) {
            wait();
        }
    }
}
