package org.pinisi.certificates;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Waits that end when their keeper is closed. Thread-safe.
final class Patience {
    private final CountDownLatch closed = new CountDownLatch(1);

    void close() {
        closed.countDown();
    }

    /// @throws InterruptedException also when closed
    void pause(Duration time) throws InterruptedException {
        if (closed.await(Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS)) {
            throw new InterruptedException("closed");
        }
    }

    Deadline deadline(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /// The end of a wait in several steps.
    final class Deadline {
        private final long end;

        private Deadline(long end) {
            this.end = end;
        }

        /// Waits that long, or to the end if that comes first; false if the end was there already.
        boolean pause(Duration time) throws InterruptedException {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            Patience.this.pause(Duration.ofNanos(Math.min(left, time.toNanos())));
            return true;
        }
    }
}
