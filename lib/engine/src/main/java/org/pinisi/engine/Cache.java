package org.pinisi.engine;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// All instances in memory, each loaded from the store when it is first needed. All on the engine thread.
final class Cache {
    private record Address(String operation, String key) {}

    private final Propagation propagation;
    private final Timers timers;
    private final InstantSource clock;
    private final Store store;
    private final JobFactory factory;
    private final Map<Address, Instance> instances = new HashMap<>();
    private final Set<Instance> touched = new LinkedHashSet<>();
    private final Map<Job, Instance> runs = new HashMap<>();
    private final Map<Job, Timers.Timer> timeouts = new HashMap<>();
    private final List<Runnable> launches = new ArrayList<>();

    Cache(Propagation propagation, Timers timers, InstantSource clock, Store store, JobFactory factory) {
        this.propagation = propagation;
        this.timers = timers;
        this.clock = clock;
        this.store = store;
        this.factory = factory;
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

    Instance instance(Operation.Request request) {
        Address address = new Address(request.id(), Texts.stored(request.key()));
        Instance present = instances.get(address);
        if (present != null) {
            return present;
        }
        Instance loaded = load(address, request);
        instances.put(address, loaded);
        return loaded;
    }

    private Instance load(Address address, Operation.Request request) {
        Store.Memory memory = store.recall(address.operation(), address.key());
        Optional<Instance.Result> counted = memory.counts() ? decode(memory.result(), request) : Optional.empty();
        if (memory.counts() && counted.isEmpty() && memory.result().isPresent()) {
            store.forget(address.operation(), address.key());
        }
        boolean mayShow = request.latched() || request.validFor().isPresent();
        Optional<Instance.Result> latched =
                mayShow && !memory.counts() ? decode(memory.result(), request) : Optional.empty();
        return new Instance(this, address.operation(), address.key(), counted, latched);
    }

    private static Optional<Instance.Result> decode(Optional<Store.Stored> stored, Operation.Request request) {
        if (stored.isEmpty()) {
            return Optional.empty();
        }
        Store.Stored row = stored.get();
        try {
            Object payload = row.good() ? request.decoder().decode(row.text()) : row.text();
            return Optional.of(new Instance.Result(row.jobId(), row.value(), row.good(), payload, row.finished()));
        } catch (RuntimeException formatChanged) {
            return Optional.empty();
        }
    }

    void touch(Instance instance) {
        touched.add(instance);
    }

    /// Settles what was touched. Answers whether there was anything.
    boolean settle() {
        boolean any = !touched.isEmpty();
        while (!touched.isEmpty()) {
            Iterator<Instance> first = touched.iterator();
            Instance instance = first.next();
            first.remove();
            instance.settle();
        }
        return any;
    }

    Job newJob(Instance instance, Operation.Request request, boolean urgent) {
        Job job = factory.make(request, urgent);
        runs.put(job, instance);
        launches.add(() -> factory.launch(job, request));
        return job;
    }

    /// Starts the jobs that were made since the last call.
    void launch() {
        List<Runnable> taken = List.copyOf(launches);
        launches.clear();
        taken.forEach(Runnable::run);
    }

    void changed(Job job) {
        Instance instance = runs.get(job);
        if (instance != null) {
            instance.changed();
        }
    }

    /// Cancels `timer` when the job ends before it.
    void timeout(Job job, Timers.Timer timer) {
        timeouts.put(job, timer);
    }

    void ended(Job job, Optional<Instance.Result> result) {
        Timers.Timer timer = timeouts.remove(job);
        if (timer != null) {
            timer.cancel();
        }
        Instance instance = runs.remove(job);
        if (instance != null) {
            instance.ended(job, result);
        }
    }

    void remove(Instance instance) {
        instances.remove(new Address(instance.operation, instance.key), instance);
    }

    @Nullable
    Instance find(String operation, String key) {
        return instances.get(new Address(operation, Texts.stored(key)));
    }

    void invalidate(String operation, String key) {
        store.forget(operation, Texts.stored(key));
        Instance instance = find(operation, key);
        if (instance != null) {
            instance.forget();
        }
    }

    void rebuild(String operation, String key, CompletableFuture<String> answer) {
        Instance instance = find(operation, key);
        if (instance == null) {
            answer.completeExceptionally(new EngineException(
                    "the pipeline no longer needs " + operation + " " + key + "; nothing to rebuild"));
            return;
        }
        instance.rebuild(answer);
    }

    int size() {
        return instances.size();
    }
}
