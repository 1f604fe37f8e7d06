package org.pinisi.engine;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The engine thread and what belongs to it. Other threads reach it through [#post]; what they post is bounded
/// by what there is: a variable and a monitor have at most one message under way, a job one for each change of
/// its state.
final class Core {
    private static final Logger LOG = LoggerFactory.getLogger(Core.class);
    private static final int MOST_PASSES = 1_000;
    private static final Duration LONGEST_REST = Duration.ofMinutes(1);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final Executor executor;
    private final LinkedBlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    private final Propagation propagation = new Propagation();
    private final Timers timers = new Timers();
    private final JobFactory factory;
    private final Cache cache;
    private final Map<Node<?>, List<Observation<?>>> observations = new LinkedHashMap<>();
    private final Set<MonitorNode<?>> monitors = new LinkedHashSet<>();
    private final List<Consumer<JobInfo>> jobListeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable Thread thread;
    private volatile boolean closing;

    private static final class Observation<T> implements Subscription {
        private final Core core;
        private final Node<T> node;
        private final Consumer<? super Outcome<T>> listener;
        private @Nullable Outcome<T> last;
        private volatile boolean closed;

        private Observation(Core core, Node<T> node, Consumer<? super Outcome<T>> listener) {
            this.core = core;
            this.node = node;
            this.listener = listener;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                core.post(() -> core.unobserve(this));
            }
        }

        private void tell() {
            Outcome<T> now = node.outcome;
            if (closed || now == null || now.equals(last)) {
                return;
            }
            last = now;
            listener.accept(now);
        }
    }

    Core(JobFactory.Surroundings surroundings) {
        this.clock = surroundings.clock();
        this.executor = surroundings.executor();
        this.factory = new JobFactory(surroundings, new JobEvents(), this::jobEnded);
        this.cache = new Cache(propagation, timers, clock, surroundings.store(), factory);
    }

    private final class JobEvents implements Job.Events {
        @Override
        public void changed(Job job) {
            post(() -> {
                cache.changed(job);
                tellOfJob(job.info());
            });
        }

        @Override
        public void running(Job job, Instant deadline, Duration limit) {
            post(() -> {
                if (job.equals(factory.find(job.id()))) {
                    cache.timeout(job, timers.schedule(deadline, () -> job.cancel("timed out after " + limit)));
                }
            });
        }
    }

    private void jobEnded(Job job, JobTask.End end) {
        post(() -> {
            cache.ended(job, end.result());
            tellOfJob(end.info());
        });
    }

    Propagation propagation() {
        return propagation;
    }

    Timers timers() {
        return timers;
    }

    InstantSource clock() {
        return clock;
    }

    Cache cache() {
        return cache;
    }

    JobFactory factory() {
        return factory;
    }

    List<Consumer<JobInfo>> jobListeners() {
        return jobListeners;
    }

    Set<Node<?>> observed() {
        return new LinkedHashSet<>(observations.keySet());
    }

    void execute(Runnable task) {
        executor.execute(task);
    }

    void post(Runnable message) {
        inbox.add(message);
    }

    void checkThread(String what) {
        Thread owner = thread;
        if (owner != null && !owner.equals(Thread.currentThread())) {
            throw new EngineException(what + " on " + Thread.currentThread()
                    + ", but a started engine's terms belong to its own thread; use Engine.addRoot,"
                    + " or the functions of bind and forEach");
        }
    }

    /// Runs `question` on the engine thread and waits for its answer.
    <R> R ask(Supplier<R> question) {
        Thread owner = thread;
        if (owner == null || owner.equals(Thread.currentThread())) {
            return question.get();
        }
        if (closing) {
            throw new EngineException("the engine is closed; ask a new one");
        }
        CompletableFuture<R> answer = new CompletableFuture<>();
        post(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException failure) {
                answer.completeExceptionally(failure);
            }
        });
        try {
            return answer.get(ANSWER_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted while waiting for the engine thread", interrupted);
        } catch (ExecutionException failure) {
            throw new EngineException("the engine could not answer: " + failure.getMessage(), failure);
        } catch (TimeoutException late) {
            throw new EngineException(
                    "the engine thread gave no answer in " + ANSWER_WITHIN
                            + "; it is closed, or a function in the pipeline" + " blocks it",
                    late);
        }
    }

    <T> Subscription observe(Node<T> node, Consumer<? super Outcome<T>> listener) {
        Observation<T> observation = new Observation<>(this, node, listener);
        if (thread == null) {
            observe(observation);
        } else {
            post(() -> observe(observation));
        }
        return observation;
    }

    private void observe(Observation<?> observation) {
        observations
                .computeIfAbsent(observation.node, _ -> new CopyOnWriteArrayList<>())
                .add(observation);
        propagation.observe(observation.node);
    }

    private void unobserve(Observation<?> observation) {
        List<Observation<?>> all = observations.get(observation.node);
        if (all == null || !all.remove(observation)) {
            return;
        }
        if (all.isEmpty()) {
            observations.remove(observation.node);
        }
        propagation.unobserve(observation.node);
    }

    void monitorWanted(MonitorNode<?> monitor) {
        monitors.add(monitor);
    }

    void monitorQuiet(MonitorNode<?> monitor) {
        monitors.remove(monitor);
    }

    int openMonitors() {
        return monitors.size();
    }

    void start() {
        Thread loop = Thread.ofPlatform().daemon(true).name("pinisi-engine").unstarted(this::loop);
        thread = loop;
        loop.start();
    }

    private void loop() {
        try {
            while (!closing) {
                round();
                await(rest());
            }
        } catch (InterruptedException stopped) {
            LOG.info("event=engine-interrupted");
        } catch (Error fatal) {
            LOG.error("event=engine-died hint=\"restart the program\"", fatal);
            throw fatal;
        }
    }

    private Duration rest() {
        Duration rest = timers.earliest()
                .map(at -> Duration.between(clock.instant(), at))
                .orElse(LONGEST_REST);
        return rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
    }

    /// Waits for the next message and takes it in; answers whether one came.
    boolean await(Duration most) throws InterruptedException {
        Runnable message = inbox.poll(Math.max(0, most.toMillis()), TimeUnit.MILLISECONDS);
        if (message == null) {
            return false;
        }
        safely("message", message);
        return true;
    }

    /// One round: takes in what has come, brings everything up to date, starts jobs, tells listeners.
    void round() {
        for (Runnable message = inbox.poll(); message != null; message = inbox.poll()) {
            safely("message", message);
        }
        Instant now = clock.instant();
        for (Optional<Runnable> due = timers.due(now); due.isPresent(); due = timers.due(now)) {
            safely("timer", due.get());
        }
        int passes = 0;
        do {
            propagation.run();
            passes++;
        } while ((cache.settle() || !propagation.idle()) && passes < MOST_PASSES);
        if (passes == MOST_PASSES) {
            LOG.warn("event=no-rest passes={} hint=\"a term's function changes with each evaluation\"", passes);
            post(() -> {});
        }
        if (!closing) {
            cache.launch();
        }
        for (Node<?> node : propagation.takeChanged()) {
            for (Observation<?> observation : observations.getOrDefault(node, List.of())) {
                safely("listener", observation::tell);
            }
        }
    }

    private static void safely(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | StackOverflowError failure) {
            LOG.error("event=engine-{}-failed", what, failure);
        }
    }

    private void tellOfJob(JobInfo info) {
        for (Consumer<JobInfo> listener : jobListeners) {
            safely("job-listener", () -> listener.accept(info));
        }
    }

    /// Ends the engine thread, then stops jobs and monitors on the caller's thread. Answers whether all ended
    /// in time.
    boolean close(Duration limit) throws InterruptedException {
        Thread owner = thread;
        if (Thread.currentThread().equals(owner)) {
            throw new EngineException("the engine cannot be closed from its own thread; close it from another one");
        }
        closing = true;
        long deadline = System.nanoTime() + limit.toNanos();
        if (owner != null) {
            post(() -> {});
            owner.join(limit);
            if (owner.isAlive()) {
                return false;
            }
        }
        thread = Thread.currentThread();
        factory.live().forEach(job -> job.supersede("the engine is closing"));
        cache.launch();
        Set.copyOf(monitors).forEach(monitor -> monitor.want(false));
        while (!factory.live().isEmpty() || !monitors.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            await(Duration.ofNanos(left));
        }
        return true;
    }
}
