package org.pinisi.cli;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What was started, in the order in which it depends on each other: closed in the opposite order. Parts
/// that take long can start beside the others. Not safe for several threads.
final class Parts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Parts.class);
    private static final Duration LONGEST_START = Duration.ofMinutes(1);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    /// Starts a part in a thread of its own.
    <T extends AutoCloseable> Later<T> beside(String name, Callable<T> start) {
        Later<T> part = new Later<>(name, start);
        parts.push(part);
        Thread.ofPlatform().name("start-" + name).daemon().start(part.task);
        return part;
    }

    /// A part that is being started.
    static final class Later<T extends AutoCloseable> implements AutoCloseable {
        private final String name;
        private final FutureTask<T> task;

        private Later(String name, Callable<T> start) {
            this.name = name;
            this.task = new FutureTask<>(start);
        }

        /// Waits until it has started.
        ///
        /// @throws Exception what kept it from starting
        T get() throws Exception {
            try {
                return task.get(LONGEST_START.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException late) {
                throw new CommandException(
                        ExitCodes.FAILED, "%s has not started after %d s".formatted(name, LONGEST_START.toSeconds()));
            } catch (ExecutionException failure) {
                if (failure.getCause() instanceof Exception cause) {
                    throw cause;
                }
                throw failure;
            }
        }

        /// Closes it, once it has started. An interruption ends the wait: what then still starts ends with
        /// the process.
        @Override
        public void close() {
            try {
                Parts.close(name, task.get(LONGEST_START.toSeconds(), TimeUnit.SECONDS));
            } catch (ExecutionException never) {
                log.debug("event=never-started part={}", name, never);
            } catch (TimeoutException late) {
                log.warn("event=not-started-in-time part={}", name);
            } catch (InterruptedException cancelled) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            close(part.getClass().getSimpleName(), part);
        }
    }

    private static void close(String name, AutoCloseable part) {
        try {
            part.close();
        } catch (Exception failure) {
            log.warn("event=close-failed part={}", name, failure);
        }
    }
}
