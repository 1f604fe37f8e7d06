package org.pinisi.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches an outside thing. A small machine on the engine thread: [#advance] looks at what is wanted and what
/// there is, and begins the next call of the source when none is under way.
final class MonitorNode<T> extends Node<T> {
    private static final Logger LOG = LoggerFactory.getLogger(MonitorNode.class);

    private final Core core;
    private final MonitorSource<T> source;
    private final Refresh refresh;
    private final AtomicBoolean told = new AtomicBoolean();
    private @Nullable Outcome<T> present;
    private @Nullable AutoCloseable watch;
    private @Nullable Call call;
    private boolean wanted;
    private boolean stale;
    /// Whether the last call was interrupted: what it came to says nothing about the source.
    private boolean cut;
    private int failures;
    private Timers.@Nullable Timer timer;

    MonitorNode(Scope scope, Core core, String name, MonitorSource<T> source, Refresh refresh) {
        super(scope);
        this.core = core;
        this.source = source;
        this.refresh = refresh;
        label(name);
    }

    /// Whether it is being read again while the last value shows.
    boolean updating() {
        return call != null && present != null;
    }

    /// Whether the source is of no more concern: not watched, and no call of it under way.
    boolean quiet() {
        return call == null && watch == null;
    }

    @Override
    void attached() {
        core.propagation().defer(this::sync);
    }

    @Override
    void detached() {
        core.propagation().defer(this::sync);
    }

    private void sync() {
        want(attached);
    }

    /// Begins or ends to need the source. The value is forgotten at the end, so a later beginning shows no
    /// stale one.
    void want(boolean next) {
        if (wanted == next) {
            return;
        }
        wanted = next;
        stale = true;
        failures = 0;
        cancelTimer();
        if (next) {
            core.monitorWanted(this);
        } else {
            present = null;
            if (call != null) {
                call.interrupt();
            }
        }
        advance();
    }

    private void advance() {
        AutoCloseable watching = watch;
        if (call != null) {
            return;
        }
        if (!wanted) {
            if (watching == null) {
                core.monitorQuiet(this);
            } else {
                watch = null;
                begin(
                        () -> {
                            watching.close();
                            return Optional.empty();
                        },
                        this::unwatched);
            }
        } else if (watching == null) {
            if (timer == null) {
                begin(() -> Optional.of(source.watch(this::tell)), this::watched);
            }
        } else if (stale) {
            stale = false;
            cancelTimer();
            begin(() -> Optional.of(source.read()), this::read);
        }
    }

    /// Any number of notifications before the engine gets to them count as one.
    private void tell() {
        if (told.compareAndSet(false, true)) {
            core.post(() -> {
                told.set(false);
                stale = true;
                advance();
            });
        }
    }

    private void watched(Optional<AutoCloseable> handle, @Nullable Throwable failure) {
        if (failure != null || handle.isEmpty()) {
            fail(failure);
            return;
        }
        watch = handle.get();
        stale = true;
    }

    private void read(Optional<T> value, @Nullable Throwable failure) {
        if (!wanted || cut) {
            return;
        }
        if (failure != null || value.isEmpty()) {
            fail(failure);
            return;
        }
        failures = 0;
        show(new Outcome.Ready<>(value.get()));
        refresh.every().ifPresent(this::againIn);
    }

    private void unwatched(Optional<AutoCloseable> nothing, @Nullable Throwable failure) {
        if (failure != null) {
            LOG.warn("event=unwatch-failed monitor={}", id(), failure);
        }
    }

    private void fail(@Nullable Throwable failure) {
        if (!wanted || cut) {
            return;
        }
        String message = failure == null ? "there is no value" : Messages.of(failure);
        LOG.warn("event=monitor-failed monitor={} message=\"{}\"", id(), message);
        show(failed(source.describe() + ": " + message));
        Duration wait = refresh.retryFirst();
        for (int count = 0; count < failures && wait.compareTo(refresh.retryMost()) < 0; count++) {
            wait = wait.multipliedBy(2);
        }
        failures++;
        againIn(wait.compareTo(refresh.retryMost()) > 0 ? refresh.retryMost() : wait);
    }

    private void show(Outcome<T> next) {
        present = next;
        core.propagation().enqueue(this);
    }

    private void againIn(Duration wait) {
        cancelTimer();
        Instant at = core.clock().instant().plus(wait);
        timer = core.timers().schedule(at, () -> {
            timer = null;
            stale = true;
            advance();
        });
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private interface Answer<R> {
        void take(Optional<R> result, @Nullable Throwable failure);
    }

    private <R> void begin(Callable<Optional<R>> action, Answer<R> answer) {
        Call next = new Call();
        call = next;
        core.execute(() -> {
            Optional<R> result = Optional.empty();
            Throwable failure = null;
            try {
                next.enter();
                result = action.call();
            } catch (Throwable thrown) {
                failure = thrown;
            } finally {
                next.leave();
            }
            Optional<R> got = result;
            Throwable error = failure;
            core.post(() -> {
                call = null;
                cut = next.wasInterrupted();
                answer.take(got, error);
                advance();
            });
        });
    }

    /// One call of the source, which can be interrupted while it lasts and not afterwards.
    private static final class Call {
        private @Nullable Thread worker;
        private boolean interrupted;

        private synchronized void enter() throws InterruptedException {
            if (interrupted) {
                throw new InterruptedException("nothing needs the monitor any more");
            }
            worker = Thread.currentThread();
        }

        private synchronized boolean wasInterrupted() {
            return interrupted;
        }

        private synchronized void leave() {
            worker = null;
        }

        private synchronized void interrupt() {
            interrupted = true;
            if (worker != null) {
                worker.interrupt();
            }
        }
    }

    @Override
    int inputCount() {
        return 0;
    }

    @Override
    Node<?> input(int index) {
        throw new IndexOutOfBoundsException(index);
    }

    @Override
    Outcome<T> compute() {
        return present == null ? new Outcome.Active<>(Activity.RUNNING, id()) : present;
    }

    @Override
    Graph.Kind kind() {
        return Graph.Kind.MONITOR;
    }
}
