package org.pinisi.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One operation for one key: what is known, what is wanted, and the run between the two.
///
/// An instance is idle (a run is due), running, or finished. Only the end of the run leads out of running: to
/// cancel is to ask. At most one run exists at a time. Terms that want the instance *hold* it; after each
/// propagation [#settle] compares what they want with what there is, so what happens within a propagation, in
/// whatever order, starts and stops nothing twice. All on the engine thread.
final class Instance {
    /// How a run ended, or what the store remembers of it.
    ///
    /// @param payload the value when it went well, the message when not
    record Result(String jobId, String value, boolean good, Object payload, Instant finished) {}

    private sealed interface Progress {
        record Idle(Optional<Result> latched) implements Progress {}

        record Running(Job job, Operation.Request request, Optional<Result> latched) implements Progress {}

        record Finished(Result result) implements Progress {}
    }

    private final Cache cache;
    final String operation;
    final String key;
    private final Map<EffectNode<?, ?, ?>, Operation.Request> holders = new LinkedHashMap<>();
    private final List<CompletableFuture<String>> rebuilds = new ArrayList<>();
    private Set<EffectNode<?, ?, ?>> conflicting = Set.of();
    private Progress progress;
    private boolean forgotten;
    private Timers.@Nullable Timer expiry;

    Instance(Cache cache, String operation, String key, Optional<Result> finished, Optional<Result> latched) {
        this.cache = cache;
        this.operation = operation;
        this.key = key;
        this.progress = finished.<Progress>map(Progress.Finished::new).orElseGet(() -> new Progress.Idle(latched));
    }

    Optional<String> jobId() {
        return switch (progress) {
            case Progress.Idle(Optional<Result> latched) -> latched.map(Result::jobId);
            case Progress.Running running -> Optional.of(running.job().id());
            case Progress.Finished(Result result) -> Optional.of(result.jobId());
        };
    }

    /// Whether a run is under way behind an older outcome that still shows.
    boolean updating() {
        return progress instanceof Progress.Running running && running.latched().isPresent();
    }

    void hold(EffectNode<?, ?, ?> node, Operation.Request request) {
        holders.put(node, request);
        cache.touch(this);
    }

    void letGo(EffectNode<?, ?, ?> node) {
        holders.remove(node);
        cache.touch(this);
    }

    <O> Outcome<O> outcome(EffectNode<?, ?, O> node) {
        if (conflicting.contains(node)) {
            return node.failed("two different values are wanted for " + operation + " " + key
                    + " at the same time; this one waits until the other term gives it up: " + firstHolder());
        }
        Operation.Request wish = holders.get(node);
        return switch (progress) {
            case Progress.Idle(Optional<Result> latched) -> shown(node, latched, Activity.READY);
            case Progress.Running running ->
                shown(node, running.latched(), running.job().activity());
            case Progress.Finished(Result result) -> {
                boolean current = wish != null && result.value().equals(Texts.stored(wish.value()));
                boolean visible = current || (wish != null && wish.latched());
                yield shown(node, visible ? Optional.of(result) : Optional.empty(), Activity.READY);
            }
        };
    }

    @SuppressWarnings("unchecked")
    private static <O> Outcome<O> shown(EffectNode<?, ?, O> node, Optional<Result> result, Activity otherwise) {
        if (result.isEmpty()) {
            return new Outcome.Active<>(otherwise, node.id());
        }
        Object payload = result.get().payload();
        return result.get().good() ? new Outcome.Ready<>((O) payload) : node.failed((String) payload);
    }

    private String firstHolder() {
        return holders.keySet().stream().findFirst().map(Node::id).orElse("");
    }

    /// Brings the instance in line with what is wanted now.
    void settle() {
        if (holders.isEmpty()) {
            leave();
            return;
        }
        Operation.Request wish = holders.values().iterator().next();
        judgeConflicts(wish);
        switch (progress) {
            case Progress.Idle(Optional<Result> latched) -> start(wish, latched);
            case Progress.Running running -> {
                boolean outdated = !running.request().value().equals(wish.value());
                if (outdated && running.request().autoCancel()) {
                    running.job().supersede("a newer value came");
                }
            }
            case Progress.Finished(Result result) -> settleFinished(wish, result);
        }
    }

    private void settleFinished(Operation.Request wish, Result result) {
        cancelExpiry();
        if (!result.value().equals(Texts.stored(wish.value()))) {
            start(wish, wish.latched() ? Optional.of(result) : Optional.empty());
            return;
        }
        Optional<Duration> shortest = holders.values().stream()
                .flatMap(request -> request.validFor().stream())
                .min(Duration::compareTo);
        if (shortest.isEmpty()) {
            return;
        }
        Instant deadline = result.finished().plus(shortest.get());
        if (deadline.isAfter(cache.clock().instant())) {
            expiry = cache.timers().schedule(deadline, () -> cache.touch(this));
        } else {
            start(wish, Optional.of(result));
        }
    }

    private void leave() {
        cancelExpiry();
        if (progress instanceof Progress.Running running) {
            if (running.request().autoCancel()) {
                running.job().supersede("nothing needs it any more");
            }
            return;
        }
        refuseRebuilds();
        cache.remove(this);
    }

    private void judgeConflicts(Operation.Request wish) {
        Set<EffectNode<?, ?, ?>> now = new HashSet<>();
        holders.forEach((node, request) -> {
            if (!request.value().equals(wish.value())) {
                now.add(node);
            }
        });
        if (!now.equals(conflicting)) {
            conflicting = now;
            tellHolders();
        }
    }

    private void start(Operation.Request wish, Optional<Result> latched) {
        forgotten = false;
        Job job = cache.newJob(this, wish, latched.isEmpty());
        progress = new Progress.Running(job, wish, latched);
        rebuilds.forEach(future -> future.complete(job.id()));
        rebuilds.clear();
        tellHolders();
    }

    /// The run has returned.
    void ended(Job job, Optional<Result> result) {
        if (!(progress instanceof Progress.Running running) || !running.job().equals(job)) {
            return;
        }
        if (result.isPresent() && !forgotten) {
            progress = new Progress.Finished(result.get());
        } else {
            progress = new Progress.Idle(running.latched());
        }
        changed();
    }

    /// Makes the result count no longer; it does not stay visible.
    void forget() {
        forgotten = true;
        if (!(progress instanceof Progress.Running)) {
            progress = new Progress.Idle(Optional.empty());
            changed();
        }
    }

    void rebuild(CompletableFuture<String> answer) {
        if (progress instanceof Progress.Running running) {
            answer.complete(running.job().id());
            return;
        }
        rebuilds.add(answer);
        forget();
    }

    private void refuseRebuilds() {
        rebuilds.forEach(future -> future.completeExceptionally(
                new EngineException("the pipeline no longer needs " + operation + " " + key + "; nothing to rebuild")));
        rebuilds.clear();
    }

    void changed() {
        tellHolders();
        cache.touch(this);
    }

    private void tellHolders() {
        holders.keySet().forEach(cache.propagation()::enqueue);
    }

    private void cancelExpiry() {
        if (expiry != null) {
            expiry.cancel();
            expiry = null;
        }
    }
}
