package org.pinisi.host;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.pinisi.process.Exit;
import org.pinisi.process.Found;
import org.pinisi.process.Processes;
import org.pinisi.process.Running;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All units of a host.
final class Units {
    private static final Logger LOG = LoggerFactory.getLogger(Units.class);

    private final Processes processes;
    private final Launcher launcher;
    private final UnitStore store;
    private final Consoles consoles;
    private final Ports ports;
    private final InstantSource clock;
    private final ConcurrentSkipListMap<UnitId, Unit> units = new ConcurrentSkipListMap<>();
    private final ReentrantLock admission = new ReentrantLock();

    Units(
            Processes processes,
            Launcher launcher,
            UnitStore store,
            Consoles consoles,
            Ports ports,
            InstantSource clock) {
        this.processes = processes;
        this.launcher = launcher;
        this.store = store;
        this.consoles = consoles;
        this.ports = ports;
        this.clock = clock;
    }

    /// Makes the machine what the files say: adopts, starts, ends.
    ///
    /// @return what a person should know
    List<String> recover() throws InterruptedException {
        UnitStore.Contents contents = store.load();
        List<Found> found = processes.find(Launcher.MARKER);
        Set<UnitId> known = new HashSet<>();
        for (UnitRecord each : contents.records()) {
            known.add(each.spec().id());
            recover(each, found);
        }
        Set<UnitId> strangers = found.stream()
                .flatMap(each -> launcher.unit(each).stream())
                .filter(id -> !known.contains(id) && !contents.unreadable().containsKey(id.value()))
                .collect(Collectors.toSet());
        for (UnitId stranger : strangers) {
            int count = processes.end(launcher.marker(stranger));
            LOG.info("event=unit-leftovers-ended unit={} processes={}", stranger, count);
        }
        return contents.unreadable().entrySet().stream().map(Units::warning).toList();
    }

    UnitStatus start(UnitSpec spec) throws InterruptedException {
        Unit unit;
        boolean fresh = false;
        admission.lock();
        try {
            Unit existing = units.get(spec.id());
            if (existing != null && !existing.spec().equals(spec)) {
                throw new HostException(
                        HostException.Kind.CONFLICT,
                        "there is a unit %s with another specification; remove it, or choose another name"
                                .formatted(spec.id()));
            }
            fresh = existing == null;
            unit = existing == null ? unit(UnitRecord.fresh(spec, ports.take()), new UnitState.Starting()) : existing;
            units.put(spec.id(), unit);
        } finally {
            admission.unlock();
        }
        try {
            UnitStatus status = unit.start();
            if (fresh && status.state() instanceof UnitState.Failed(String message)) {
                throw new HostException(HostException.Kind.FAILED, "cannot start " + spec.id() + ": " + message);
            }
            return status;
        } catch (HostException failure) {
            if (fresh) {
                forget(spec.id(), unit);
            }
            throw failure;
        }
    }

    Optional<UnitStatus> status(UnitId id) {
        return Optional.ofNullable(units.get(id)).map(Unit::status);
    }

    List<UnitStatus> all() {
        return units.values().stream().map(Unit::status).toList();
    }

    /// Whether nothing more will come from it.
    boolean over(UnitId id) {
        return Optional.ofNullable(units.get(id)).map(Unit::over).orElse(true);
    }

    int count() {
        return units.size();
    }

    UnitStatus stop(UnitId id) throws InterruptedException {
        Unit unit = units.get(id);
        if (unit == null) {
            throw new HostException(HostException.Kind.NOT_FOUND, "there is no unit " + id);
        }
        return unit.stop(UnitRecord.Wish.STOP);
    }

    void remove(UnitId id) throws InterruptedException {
        Unit unit = units.get(id);
        if (unit == null) {
            return;
        }
        UnitStatus last = unit.stop(UnitRecord.Wish.REMOVE);
        forget(id, unit);
        LOG.info("event=unit-removed unit={} port={}", id, last.port());
    }

    /// Stops all at once; one that cannot be stopped does not keep the others from it.
    void stopAll() throws InterruptedException {
        List<FutureTask<UnitStatus>> stops = new ArrayList<>();
        for (Unit unit : units.values()) {
            FutureTask<UnitStatus> stop = new FutureTask<>(() -> unit.stop(UnitRecord.Wish.STOP));
            Thread ignored = Thread.ofVirtual().name("stop-all").start(stop);
            stops.add(stop);
        }
        List<String> failures = new ArrayList<>();
        for (FutureTask<UnitStatus> stop : stops) {
            try {
                UnitStatus status = stop.get();
                LOG.debug("event=unit-stopped-with-all unit={} state={}", status.id(), status.state());
            } catch (ExecutionException failure) {
                failures.add(String.valueOf(failure.getMessage()));
            }
        }
        if (!failures.isEmpty()) {
            throw new HostException(HostException.Kind.FAILED, String.join("; ", failures));
        }
    }

    void close() {
        units.values().forEach(Unit::close);
    }

    Set<UnitId> ids() {
        return Set.copyOf(units.keySet());
    }

    private void forget(UnitId id, Unit unit) {
        admission.lock();
        try {
            if (!units.remove(id, unit)) {
                return;
            }
            unit.close();
            store.delete(id);
            launcher.forget(id);
            ports.release(unit.port());
        } finally {
            admission.unlock();
        }
        consoles.prune(units.keySet());
    }

    private void recover(UnitRecord read, List<Found> found) throws InterruptedException {
        UnitRecord each = ports.claim(read.port()) ? read : read.listening(ports.take());
        UnitId id = each.spec().id();
        Optional<Running> alive = launcher.adopt(each, found);
        if (alive.isEmpty()) {
            int stragglers = processes.end(launcher.marker(id));
            LOG.debug("event=unit-stragglers-ended unit={} processes={}", id, stragglers);
        }
        UnitState state = each.wish() == UnitRecord.Wish.RUN
                ? new UnitState.Starting()
                : new UnitState.Stopped(each.lastExit().orElse(new Exit.Unknown()));
        Unit unit = unit(each, state);
        units.put(id, unit);
        switch (each.wish()) {
            case RUN -> {
                if (alive.isPresent()) {
                    unit.adopt(alive.get());
                } else {
                    unit.resume(unseenEnd(each));
                }
            }
            case STOP -> alive.ifPresent(process -> finish(unit, id, process, UnitRecord.Wish.STOP));
            case REMOVE -> {
                if (alive.isPresent()) {
                    finish(unit, id, alive.get(), UnitRecord.Wish.REMOVE);
                } else {
                    forget(id, unit);
                }
            }
        }
    }

    /// A process that was running in this same boot and is gone has ended by itself; after a start of the machine,
    /// or when the process never came to be, there is no end to judge.
    private Optional<Exit> unseenEnd(UnitRecord each) {
        return each.process()
                .filter(process -> process.bootId().equals(processes.bootId()))
                .map(_ -> new Exit.Unknown());
    }

    /// Ends, apart from the host's start, what should have ended before the last host died.
    private void finish(Unit unit, UnitId id, Running process, UnitRecord.Wish wish) {
        unit.hold(process);
        Thread ignored = Thread.ofVirtual().name("unit-end-" + id).start(() -> {
            try {
                UnitStatus last = unit.stop(wish);
                LOG.debug("event=unit-end-finished unit={} state={}", id, last.state());
                if (wish == UnitRecord.Wish.REMOVE) {
                    forget(id, unit);
                }
            } catch (InterruptedException nobodyDoesThat) {
                Thread.currentThread().interrupt();
            } catch (HostException failure) {
                LOG.error("event=unit-end-failed unit={} reason=\"{}\"", id, failure.getMessage());
            }
        });
    }

    private Unit unit(UnitRecord each, UnitState state) {
        return new Unit(launcher, store, consoles, ports, clock, each, state);
    }

    private static String warning(Map.Entry<String, String> unreadable) {
        return "the unit %s is left alone, for its file cannot be read: %s"
                .formatted(unreadable.getKey(), unreadable.getValue());
    }
}
