package org.pinisi.engine;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Keeps terms current: the outside is kept equal to a function of the inside.
///
/// All term state belongs to one thread, the engine thread; the methods here may be called from any thread and
/// post to it. Any number of changes between two rounds cost one round, and a round costs what has changed, not
/// what there is. Jobs run on virtual threads. Nothing is global: a program may have several engines.
public final class Engine implements AutoCloseable {
    private Engine() {}

    /// Begins the description of an engine.
    public static Builder builder() {
        return new Builder();
    }

    /// Makes this engine's terms.
    public Terms terms() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// This engine's jobs.
    public Jobs jobs() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// Keeps `term` current and calls `listener` on the engine thread with its first outcome and after each
    /// round that changed it. A listener must be quick; an exception from it is logged. Closing lets the term
    /// go.
    public <T> Subscription observe(Term<T> term, Consumer<? super Outcome<T>> listener) {
        throw new UnsupportedOperationException("skeleton " + term + listener);
    }

    /// Makes a pipeline on the engine thread, under the unique `name`, and keeps it current. Closing lets it
    /// go.
    public Subscription addRoot(String name, Supplier<? extends Term<?>> maker) {
        throw new UnsupportedOperationException("skeleton " + name + maker);
    }

    /// Draws everything that is kept current; all folds closed.
    public Graph graph() {
        return graph(Set.of());
    }

    /// Draws everything that is kept current, with these folds open.
    public Graph graph(Set<Graph.Fold> open) {
        throw new UnsupportedOperationException("skeleton " + open);
    }

    /// Draws only what `roots` need.
    public Graph graph(Collection<? extends Term<?>> roots, Set<Graph.Fold> open) {
        throw new UnsupportedOperationException("skeleton " + roots + open);
    }

    /// Draws only the roots of these names, as given to [#addRoot].
    public Graph graphOf(Collection<String> rootNames, Set<Graph.Fold> open) {
        throw new UnsupportedOperationException("skeleton " + rootNames + open);
    }

    /// The names of the roots now kept, in the order in which they were added.
    public List<String> roots() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// Jobs at or above this level wait for a person; empty: none does.
    public Optional<Level> confirmThreshold() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// Changes the threshold; jobs that have begun go on. Not kept across restarts.
    public void confirmThreshold(Optional<Level> threshold) {
        throw new UnsupportedOperationException("skeleton " + threshold);
    }

    /// The pool of this name, made at the first call.
    ///
    /// @throws EngineException when it exists with another capacity, or the capacity is below 1
    public Pool pool(String name, int capacity) {
        throw new UnsupportedOperationException("skeleton " + name + capacity);
    }

    /// Starts the engine thread and the first round.
    public void start() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// Cancels the running jobs, waits for them up to the builder's [Builder#closeWithin], and closes store and
    /// logs. What was cut off runs again when an engine is next opened on the same store. Idempotent.
    @Override
    public void close() {
        throw new UnsupportedOperationException("skeleton");
    }

    /// Describes an engine. For one thread.
    public static final class Builder {
        private Builder() {}

        /// The time; default: the system's.
        public Builder clock(InstantSource clock) {
            throw new UnsupportedOperationException("skeleton " + clock);
        }

        /// Where results are kept; default: in memory.
        public Builder store(EngineStore store) {
            throw new UnsupportedOperationException("skeleton " + store);
        }

        /// Where results are kept: an SQLite file.
        public Builder store(Path file) {
            return store(EngineStore.at(file));
        }

        /// The folder of the job logs, made when missing. Must be given.
        public Builder logFolder(Path folder) {
            throw new UnsupportedOperationException("skeleton " + folder);
        }

        /// The most bytes that one job's log may hold; default 16 MiB, at least 4 KiB.
        public Builder logLimit(long bytes) {
            throw new UnsupportedOperationException("skeleton " + bytes);
        }

        /// Jobs at or above this level wait for a person; default: none.
        public Builder confirm(Optional<Level> threshold) {
            throw new UnsupportedOperationException("skeleton " + threshold);
        }

        /// How long [Engine#close] waits for cancelled jobs; default 30 seconds.
        public Builder closeWithin(Duration limit) {
            throw new UnsupportedOperationException("skeleton " + limit);
        }

        /// Opens the store and makes the engine; it does nothing before [Engine#start].
        ///
        /// @throws EngineException when the store or the log folder cannot be used
        public Engine build() {
            throw new UnsupportedOperationException("skeleton");
        }
    }
}
