package org.pinisi.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;

/// A builder whose runs end when the test says so.
class FakeBuild implements Build<String, String> {
    final String id;
    final List<String> begun = new CopyOnWriteArrayList<>();
    final List<String> interrupted = new CopyOnWriteArrayList<>();
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<String>> results = new ConcurrentHashMap<>();
    boolean autoCancel = true;
    boolean stubborn;
    Level level = Level.AVERAGE;
    Duration timeout = Duration.ofMinutes(10);
    Optional<Duration> validFor = Optional.empty();
    Optional<Pool> pool = Optional.empty();

    FakeBuild(String id) {
        this.id = id;
    }

    private CompletableFuture<String> result(String key) {
        return results.computeIfAbsent(key, _ -> new CompletableFuture<>());
    }

    /// The last run of this key.
    Job job(String key) {
        return Objects.requireNonNull(jobs.get(key), "no run of " + key);
    }

    void succeed(String key, String value) {
        result(key).complete(value);
    }

    void fail(String key, String message) {
        result(key).completeExceptionally(new EngineException(message));
    }

    /// Lets the next run of this key wait again.
    void reset(String key) {
        results.remove(key);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String key(String key) {
        return key;
    }

    @Override
    public String run(Job job, String key) throws Exception {
        jobs.put(key, job);
        CompletableFuture<String> result = result(key);
        if (pool.isPresent()) {
            job.start(level, pool.get(), timeout);
        } else {
            job.start(level, timeout);
        }
        begun.add(key);
        return await(result, key);
    }

    private String await(CompletableFuture<String> result, String key) throws Exception {
        while (true) {
            try {
                return result.get();
            } catch (InterruptedException cancelled) {
                interrupted.add(key);
                if (!stubborn) {
                    throw cancelled;
                }
            } catch (ExecutionException failure) {
                throw failure.getCause() instanceof Exception cause ? cause : failure;
            }
        }
    }

    @Override
    public String encode(String outcome) {
        return outcome;
    }

    @Override
    public String decode(String text) {
        return text;
    }

    @Override
    public boolean autoCancel() {
        return autoCancel;
    }

    @Override
    public Optional<Duration> validFor() {
        return validFor;
    }
}
