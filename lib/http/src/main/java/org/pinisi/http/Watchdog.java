package org.pinisi.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Closes channels whose operation takes too long: the one way to bound a blocking operation on every kind of
/// socket.
final class Watchdog implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;

    Watchdog(String name) {
        executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name(name).daemon().factory());
        executor.setRemoveOnCancelPolicy(true);
    }

    /// Guards one operation until closed.
    final class Guard implements AutoCloseable {
        private final Future<?> timer;
        private volatile boolean fired;

        private Guard(Channel channel, Duration patience) {
            timer = executor.schedule(() -> fire(channel), patience.toNanos(), TimeUnit.NANOSECONDS);
        }

        private void fire(Channel channel) {
            fired = true;
            try {
                channel.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close a connection", e);
            }
        }

        boolean hasFired() {
            return fired;
        }

        @Override
        public void close() {
            timer.cancel(false);
        }
    }

    Guard guard(Channel channel, Duration patience) throws IOException {
        try {
            return new Guard(channel, patience);
        } catch (RejectedExecutionException e) {
            throw new IOException("the HTTP client is closed", e);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the executor
    void every(Duration period, Runnable task) {
        executor.scheduleWithFixedDelay(task, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
