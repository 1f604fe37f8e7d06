package org.pinisi.git;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One push from its first byte to its end, whichever way it comes. Made, run and closed by the thread that serves
/// the pusher; interrupting that thread while the pack arrives ends the push without effect, and later only stops
/// the progress lines.
final class PushSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PushSession.class);

    private final RepositoryStore store;
    private final PushListener listener;
    private final String pusher;
    private final GitRepository repository;
    private final Permit receiving;
    private final Permit unfinished;

    private PushSession(
            RepositoryStore store,
            PushListener listener,
            String pusher,
            GitRepository repository,
            Permit receiving,
            Permit unfinished) {
        this.store = store;
        this.listener = listener;
        this.pusher = pusher;
        this.repository = repository;
        this.receiving = receiving;
        this.unfinished = unfinished;
    }

    /// Takes the push's place among the others, waiting for at most the idle time.
    ///
    /// @throws GitException when too many pushes run
    static PushSession open(RepositoryStore store, PushListener listener, RepositoryName name, String pusher) {
        Permit unfinished = Permit.take(store.unfinished(), store.limits(), "pushes");
        try {
            Permit receiving = Permit.take(store.receiving(), store.limits(), "pushes");
            try {
                return new PushSession(store, listener, pusher, store.enter(name), receiving, unfinished);
            } catch (RuntimeException failure) {
                receiving.close();
                throw failure;
            }
        } catch (RuntimeException failure) {
            unfinished.close();
            throw failure;
        }
    }

    /// Speaks git-receive-pack with the pusher, and returns when the deployment has ended or the pusher is gone.
    ///
    /// @param messages where lines go for clients without a sideband, if there is such a place
    /// @param advertise whether the client has not seen the refs yet, as over SSH
    /// @throws IOException when the connection broke or the client did not speak the protocol
    void run(InputStream in, OutputStream out, @Nullable OutputStream messages, boolean advertise) throws IOException {
        try (Quarantine quarantine =
                Quarantine.open(repository.jgit().getDirectory().toPath())) {
            WatchedOutput watched = new WatchedOutput(out);
            PushReceiver receiver = new PushReceiver(this, quarantine, watched, advertise);
            receiver.run(in, messages);
        }
    }

    RepositoryStore store() {
        return store;
    }

    PushListener listener() {
        return listener;
    }

    GitRepository repository() {
        return repository;
    }

    RepositoryName name() {
        return repository.name();
    }

    String pusher() {
        return pusher;
    }

    /// The branches have moved or stayed: the next push may be received.
    void received() {
        receiving.close();
    }

    /// Lets the listener act, on a thread of the store's own, and shows its progress as long as the pusher is
    /// there.
    void report(Push push, ProgressQueue.Terminal terminal) {
        ProgressQueue progress = new ProgressQueue();
        unfinished.handOver();
        try {
            store.threads().execute(() -> accept(push, progress));
        } catch (RejectedExecutionException closed) {
            unfinished.finish();
            LOG.warn("event=push_not_reported repository={} reason=\"the store is closed\"", name(), closed);
            return;
        }
        progress.pump(terminal);
    }

    @Override
    public void close() {
        try {
            store.leave(name());
        } finally {
            receiving.close();
            unfinished.close();
        }
    }

    private void accept(Push push, ProgressQueue progress) {
        try {
            listener.accepted(repository, push, progress);
        } catch (RuntimeException failure) {
            LOG.error("event=push_listener_failed repository={} pusher=\"{}\"", name(), pusher, failure);
            progress.line("The push is stored, but acting on it failed; the server's log says why.");
        } finally {
            unfinished.finish();
            progress.end();
        }
        store.housekeeping().tidy(repository);
    }

    /// One of a bounded number of places, given back once, by whoever holds it last.
    static final class Permit implements AutoCloseable {
        private final Semaphore places;
        private final AtomicBoolean held = new AtomicBoolean(true);
        private final AtomicBoolean handedOver = new AtomicBoolean();

        private Permit(Semaphore places) {
            this.places = places;
        }

        static Permit take(Semaphore places, GitLimits limits, String what) {
            try {
                if (places.tryAcquire(limits.idleTime().toMillis(), TimeUnit.MILLISECONDS)) {
                    return new Permit(places);
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new GitException("waiting for other " + what + " to end was interrupted");
            }
            throw new GitException("too many " + what + " are running; try again in a minute");
        }

        /// From now on [#close] does nothing; [#finish] gives the place back.
        void handOver() {
            handedOver.set(true);
        }

        void finish() {
            if (held.getAndSet(false)) {
                places.release();
            }
        }

        @Override
        public void close() {
            if (!handedOver.get()) {
                finish();
            }
        }
    }
}
