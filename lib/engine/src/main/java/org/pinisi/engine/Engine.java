package org.pinisi.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps terms current: the outside is kept equal to a function of the inside.
///
/// All term state belongs to one thread, the engine thread; the methods here may be called from any thread and
/// post to it. Any number of changes between two rounds cost one round, and a round costs what has changed, not
/// what there is. Jobs run on virtual threads. Nothing is global: a program may have several engines.
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);

    private final Core core;
    private final Terms terms;
    private final Jobs jobs;
    private final Store store;
    private final Confirmation confirmation;
    private final Duration closeWithin;
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();
    private final Map<String, Optional<Node<?>>> roots = Collections.synchronizedMap(new LinkedHashMap<>());
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Engine(Core core, Store store, Confirmation confirmation, Duration closeWithin) {
        this.core = core;
        this.store = store;
        this.confirmation = confirmation;
        this.closeWithin = closeWithin;
        this.terms = new Terms(core);
        this.jobs = new Jobs(core, store, confirmation);
    }

    /// Begins the description of an engine.
    public static Builder builder() {
        return new Builder();
    }

    /// Makes this engine's terms.
    public Terms terms() {
        return terms;
    }

    /// This engine's jobs.
    public Jobs jobs() {
        return jobs;
    }

    /// Keeps `term` current and calls `listener` on the engine thread with its first outcome and after each
    /// round that changed it. A listener must be quick; an exception from it is logged. Closing lets the term
    /// go.
    public <T> Subscription observe(Term<T> term, Consumer<? super Outcome<T>> listener) {
        return core.observe(Terms.node(term), listener);
    }

    /// Makes a pipeline on the engine thread, under the unique `name`, and keeps it current. Closing lets it
    /// go.
    public Subscription addRoot(String name, Supplier<? extends Term<?>> maker) {
        if (name.isBlank() || name.contains("/")) {
            throw new EngineException("root name: '" + name + "' (expected: not blank, no slash)");
        }
        if (roots.putIfAbsent(name, Optional.empty()) != null) {
            throw new EngineException("there already is a root " + name + "; close it first or choose another name");
        }
        Root root = new Root(name);
        if (started.get()) {
            core.post(() -> root.make(maker));
        } else {
            root.make(maker);
        }
        return root;
    }

    /// Draws everything that is kept current; all folds closed.
    public Graph graph() {
        return graph(Set.of());
    }

    /// Draws everything that is kept current, with these folds open.
    public Graph graph(Set<Graph.Fold> open) {
        return core.ask(() -> new GraphBuilder(open).draw(core.observed()));
    }

    /// Draws only what `roots` need.
    public Graph graph(Collection<? extends Term<?>> roots, Set<Graph.Fold> open) {
        List<Node<?>> nodes = roots.stream().<Node<?>>map(Terms::node).toList();
        return core.ask(() -> new GraphBuilder(open).draw(nodes));
    }

    /// Draws only the roots of these names, as given to [#addRoot].
    public Graph graphOf(Collection<String> rootNames, Set<Graph.Fold> open) {
        return core.ask(() -> {
            List<Node<?>> nodes = new ArrayList<>();
            for (String name : rootNames) {
                roots.getOrDefault(name, Optional.empty()).ifPresent(nodes::add);
            }
            return new GraphBuilder(open).draw(nodes);
        });
    }

    /// The names of the roots now kept, in the order in which they were added.
    public List<String> roots() {
        synchronized (roots) {
            return List.copyOf(roots.keySet());
        }
    }

    /// Jobs at or above this level wait for a person; empty: none does.
    public Optional<Level> confirmThreshold() {
        return confirmation.threshold();
    }

    /// Changes the threshold; jobs that have begun go on. Not kept across restarts.
    public void confirmThreshold(Optional<Level> threshold) {
        confirmation.threshold(threshold);
    }

    /// The pool of this name, made at the first call.
    ///
    /// @throws EngineException when it exists with another capacity, or the capacity is below 1
    public Pool pool(String name, int capacity) {
        if (capacity < 1) {
            throw new EngineException("pool " + name + ": capacity " + capacity + " (expected: >= 1)");
        }
        Pool pool = pools.computeIfAbsent(name, _ -> new Pool(name, capacity));
        if (pool.capacity() != capacity) {
            throw new EngineException("pool " + name + ": capacity " + capacity + " (expected: " + pool.capacity()
                    + ", with which it was made)");
        }
        return pool;
    }

    /// Starts the engine thread and the first round.
    public void start() {
        if (!started.compareAndSet(false, true)) {
            throw new EngineException("the engine was started already");
        }
        core.start();
    }

    /// Cancels the running jobs, waits for them up to the builder's [Builder#closeWithin], and closes store and
    /// logs. What was cut off runs again when an engine is next opened on the same store. Idempotent.
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            if (!core.close(closeWithin)) {
                LOG.warn("event=close-late limit={} hint=\"jobs still under way will run again\"", closeWithin);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            store.close();
        }
    }

    /// Takes in what has come and brings everything up to date, on the calling thread; for tests, instead of
    /// [#start].
    void step() {
        core.round();
    }

    Core core() {
        return core;
    }

    private final class Root implements Subscription {
        private final String name;
        private final AtomicBoolean ended = new AtomicBoolean();
        private @Nullable Subscription observation;

        private Root(String name) {
            this.name = name;
        }

        private void make(Supplier<? extends Term<?>> maker) {
            if (ended.get()) {
                return;
            }
            Node<?> node = terms.inside(new Scope(terms, name + "/", null, null), () -> made(maker));
            roots.replace(name, Optional.of(node));
            observation = core.observe(node, _ -> {});
        }

        private Node<?> made(Supplier<? extends Term<?>> maker) {
            try {
                return Terms.node(maker.get());
            } catch (RuntimeException | StackOverflowError failure) {
                LOG.error("event=root-failed root={}", name, failure);
                return Terms.node(terms.fail(Messages.of(failure)));
            }
        }

        @Override
        public void close() {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            roots.remove(name);
            core.post(() -> {
                if (observation != null) {
                    observation.close();
                }
            });
        }
    }

    /// Describes an engine. For one thread.
    public static final class Builder {
        private static final long SMALLEST_LOG = 4096;

        private InstantSource clock = InstantSource.system();
        private EngineStore store = EngineStore.inMemory();
        private @Nullable Path logFolder;
        private long logLimit = 16L << 20;
        private Optional<Level> threshold = Optional.empty();
        private Duration closeWithin = Duration.ofSeconds(30);
        private Executor executor =
                task -> Thread.ofVirtual().name("pinisi-job").start(task);
        private RandomGenerator random = new SecureRandom();

        private Builder() {}

        /// The time; default: the system's.
        public Builder clock(InstantSource clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /// Where results are kept; default: in memory.
        public Builder store(EngineStore store) {
            this.store = Objects.requireNonNull(store, "store");
            return this;
        }

        /// Where results are kept: an SQLite file.
        public Builder store(Path file) {
            return store(EngineStore.at(file));
        }

        /// The folder of the job logs, made when missing. Must be given.
        public Builder logFolder(Path folder) {
            this.logFolder = Objects.requireNonNull(folder, "folder");
            return this;
        }

        /// The most bytes that one job's log may hold; default 16 MiB, at least 4 KiB.
        public Builder logLimit(long bytes) {
            if (bytes < SMALLEST_LOG) {
                throw new EngineException("log limit: " + bytes + " (expected: >= " + SMALLEST_LOG + " bytes)");
            }
            this.logLimit = bytes;
            return this;
        }

        /// Jobs at or above this level wait for a person; default: none.
        public Builder confirm(Optional<Level> threshold) {
            this.threshold = Objects.requireNonNull(threshold, "threshold");
            return this;
        }

        /// How long [Engine#close] waits for cancelled jobs; default 30 seconds.
        public Builder closeWithin(Duration limit) {
            if (!limit.isPositive()) {
                throw new EngineException("close within: " + limit + " (expected: > 0)");
            }
            this.closeWithin = limit;
            return this;
        }

        Builder random(RandomGenerator random) {
            this.random = random;
            return this;
        }

        /// Opens the store and makes the engine; it does nothing before [Engine#start].
        ///
        /// @throws EngineException when the store or the log folder cannot be used
        public Engine build() {
            Path folder = logFolder;
            if (folder == null) {
                throw new EngineException("the engine needs a log folder; call logFolder");
            }
            makeFolder(folder);
            Store open = Store.open(store);
            Confirmation confirmation = new Confirmation(threshold);
            Core core = new Core(
                    new JobFactory.Surroundings(clock, random, folder, logLimit, confirmation, open, executor));
            LostJobs.close(open, core.factory(), clock);
            return new Engine(core, open, confirmation, closeWithin);
        }

        private static void makeFolder(Path folder) {
            try {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (IOException failure) {
                throw new EngineException("cannot make the log folder " + folder + ": " + failure, failure);
            }
        }
    }
}
