package org.pinisi.host;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.pinisi.process.Exit;
import org.pinisi.process.ProcessException;
import org.pinisi.process.Running;
import org.pinisi.process.Usage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One unit and its keeper: a virtual thread that starts its process, waits for its end, and starts it again.
///
/// What is wanted is on disk before it is done, so that a host killed at any point leaves enough for the next one.
/// Only one keeper acts at a time: one that was replaced, or whose unit is being stopped, sees so under the lock
/// and leaves.
final class Unit {
    private static final Logger LOG = LoggerFactory.getLogger(Unit.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration CLOCK_LOOK = Duration.ofMillis(50);
    private static final Duration START_DEADLINE = Duration.ofSeconds(30);
    private static final Duration KILL_DEADLINE = Duration.ofSeconds(30);

    private final Launcher launcher;
    private final UnitStore store;
    private final Consoles consoles;
    private final Ports ports;
    private final InstantSource clock;
    private final UnitId id;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private UnitRecord record;
    private UnitState state;
    private Optional<Running> running = Optional.empty();
    private int generation;
    private boolean stopping;
    private boolean closed;

    Unit(
            Launcher launcher,
            UnitStore store,
            Consoles consoles,
            Ports ports,
            InstantSource clock,
            UnitRecord record,
            UnitState state) {
        this.launcher = launcher;
        this.store = store;
        this.consoles = consoles;
        this.ports = ports;
        this.clock = clock;
        this.id = record.spec().id();
        this.record = record;
        this.state = state;
    }

    UnitSpec spec() {
        return snapshot().spec();
    }

    int port() {
        return snapshot().port();
    }

    /// Knows the process of an earlier host without keeping it, so that it can be stopped.
    void hold(Running process) {
        lock.lock();
        try {
            running = Optional.of(process);
            state = new UnitState.Running(process.pid(), record.since().orElseGet(clock::instant));
        } finally {
            lock.unlock();
        }
    }

    UnitStatus status() {
        Moment moment = moment();
        UnitRecord now = moment.record();
        UnitState is = moment.state();
        Usage usage = Usage.none();
        if (is instanceof UnitState.Running) {
            usage = moment.running().map(Running::usage).orElse(usage);
        }
        return new UnitStatus(
                id,
                now.spec().app(),
                now.spec().release(),
                is,
                now.port(),
                now.restarts(),
                now.lastExit(),
                now.outOfMemory(),
                usage,
                launcher.warnings(now.spec()));
    }

    /// Takes over a process that an earlier host started.
    void adopt(Running process) {
        lock.lock();
        try {
            Instant since = record.since().orElseGet(clock::instant);
            update(record.started(process.id(), since), new UnitState.Running(process.pid(), since));
            running = Optional.of(process);
            LOG.info("event=unit-adopted unit={} pid={}", id, process.pid());
            spawn();
        } finally {
            lock.unlock();
        }
    }

    /// Goes on after the end of a process that nobody saw.
    void resume(Optional<Exit> unseen) {
        lock.lock();
        try {
            if (unseen.isPresent()) {
                UnitRecord ended = record.ended(unseen.get(), false);
                if (!Backoff.wanted(record.spec().restart(), unseen.get())) {
                    update(ended.wishing(UnitRecord.Wish.STOP), new UnitState.Stopped(unseen.get()));
                    return;
                }
                update(ended.restarting(ended.streak()), new UnitState.Starting());
            }
            spawn();
        } finally {
            lock.unlock();
        }
    }

    /// Starts it unless it is started, and waits until its process runs.
    UnitStatus start() throws InterruptedException {
        lock.lock();
        try {
            if (stopping) {
                throw new HostException(
                        HostException.Kind.CONFLICT,
                        "the unit " + id + " is being stopped; start it when it has stopped");
            }
            switch (state) {
                case UnitState.Running _, UnitState.BackingOff _ -> {}
                case UnitState.Starting _ -> {
                    if (generation == 0) {
                        store.save(record);
                        spawn();
                    }
                }
                case UnitState.Stopped _, UnitState.Failed _ -> {
                    update(record.anew(), new UnitState.Starting());
                    spawn();
                }
            }
            long left = START_DEADLINE.toNanos();
            while (state instanceof UnitState.Starting && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        return status();
    }

    /// Ends its process with everything it started; it is not started again until it is asked for.
    UnitStatus stop(UnitRecord.Wish wish) throws InterruptedException {
        Optional<Running> process;
        lock.lock();
        try {
            if (stopping) {
                awaitOtherStop();
            }
            update(record.wishing(wish), state);
            if (running.isEmpty() && (state instanceof UnitState.Stopped || state instanceof UnitState.Failed)) {
                return status();
            }
            stopping = true;
            // Its keeper may wake only when all is over; it must not find itself in charge then.
            generation++;
            process = running;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return end(process);
    }

    /// Lets go of it; its process goes on.
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean over() {
        return switch (moment().state()) {
            case UnitState.Starting _, UnitState.Running _, UnitState.BackingOff _ -> false;
            case UnitState.Stopped _, UnitState.Failed _ -> true;
        };
    }

    private UnitStatus end(Optional<Running> process) throws InterruptedException {
        UnitState outcome = new UnitState.Failed("it could not be ended");
        Optional<Exit> exit = Optional.empty();
        try {
            if (process.isPresent()) {
                exit = Optional.of(process.get().terminate(spec().grace()));
            }
            outcome = new UnitState.Stopped(exit.or(() -> snapshot().lastExit()).orElse(new Exit.Unknown()));
            LOG.info(
                    "event=unit-stopped unit={} exit=\"{}\"",
                    id,
                    exit.map(Exit::describe).orElse("was not running"));
        } catch (ProcessException stuck) {
            outcome = new UnitState.Failed("it could not be ended: " + stuck.getMessage());
            throw new HostException(HostException.Kind.FAILED, "cannot stop " + id + ": " + stuck.getMessage(), stuck);
        } finally {
            lock.lock();
            try {
                stopping = false;
                running = outcome instanceof UnitState.Stopped ? Optional.empty() : running;
                UnitRecord ended = exit.map(how -> record.ended(how, false)).orElse(record);
                update(ended, outcome);
            } finally {
                lock.unlock();
            }
        }
        // Whoever asked must know when it would be started again after a crash of ours.
        saveNow();
        return status();
    }

    private void saveNow() {
        lock.lock();
        try {
            store.save(record);
        } finally {
            lock.unlock();
        }
    }

    /// All that belongs together, as it is at one moment.
    private record Moment(UnitRecord record, UnitState state, Optional<Running> running) {}

    private Moment moment() {
        lock.lock();
        try {
            return new Moment(record, state, running);
        } finally {
            lock.unlock();
        }
    }

    private UnitRecord snapshot() {
        return moment().record();
    }

    private void awaitOtherStop() throws InterruptedException {
        long left = record.spec().grace().plus(KILL_DEADLINE).toNanos();
        while (stopping && left > 0) {
            left = changed.awaitNanos(left);
        }
        if (stopping) {
            throw new HostException(HostException.Kind.FAILED, "the unit " + id + " has not stopped in time");
        }
    }

    private void spawn() {
        int mine = ++generation;
        Thread ignored = Thread.ofVirtual().name("unit-" + id).start(() -> keep(mine));
    }

    private void keep(int mine) {
        try {
            boolean more = true;
            while (more) {
                more = step(mine);
            }
        } catch (InterruptedException nobodyDoesThat) {
            Thread.currentThread().interrupt();
            fail(mine, "its keeper was interrupted");
        } catch (ProcessException | HostException failure) {
            LOG.error("event=unit-failed unit={} reason=\"{}\"", id, failure.getMessage());
            fail(mine, String.valueOf(failure.getMessage()));
        }
    }

    private boolean step(int mine) throws InterruptedException {
        Optional<Running> current = startUnlessRunning(mine);
        if (current.isEmpty()) {
            return false;
        }
        Running process = current.get();
        Optional<Exit> exit = process.waitFor(LOOK);
        trim();
        if (exit.isEmpty()) {
            lock.lock();
            try {
                return !retired(mine);
            } finally {
                lock.unlock();
            }
        }
        return ended(mine, process, exit.get());
    }

    private void trim() {
        try {
            consoles.trim(id);
        } catch (HostException failure) {
            LOG.warn("event=console-not-shortened unit={} reason=\"{}\"", id, failure.getMessage());
        }
    }

    private Optional<Running> startUnlessRunning(int mine) {
        lock.lock();
        try {
            if (retired(mine)) {
                return Optional.empty();
            }
            if (running.isEmpty()) {
                listen();
                Running process = launcher.start(record, consoles.file(id));
                running = Optional.of(process);
                Instant now = clock.instant();
                update(record.started(process.id(), now), new UnitState.Running(process.pid(), now));
                LOG.info("event=unit-started unit={} pid={} port={}", id, process.pid(), record.port());
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    /// Keeps the port where nobody else has taken it meanwhile.
    private void listen() {
        if (Ports.isFree(record.port())) {
            return;
        }
        int before = record.port();
        record = record.listening(ports.take());
        ports.release(before);
        store.save(record);
        LOG.warn("event=unit-port-taken unit={} port={} new-port={}", id, before, record.port());
    }

    private boolean ended(int mine, Running process, Exit exit) throws InterruptedException {
        boolean outOfMemory = process.outOfMemoryKills() > 0;
        lock.lock();
        try {
            if (retired(mine)) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        Exit ignored = process.sweep();
        lock.lock();
        try {
            if (retired(mine)) {
                return false;
            }
            running = Optional.empty();
            return decide(exit, outOfMemory) && backOff(mine);
        } finally {
            lock.unlock();
        }
    }

    private boolean decide(Exit exit, boolean outOfMemory) {
        Instant now = clock.instant();
        Instant since = record.since().orElse(now);
        boolean steady = !since.plus(Backoff.STEADY).isAfter(now);
        int streak = steady ? 0 : record.streak();
        UnitRecord ended = record.ended(exit, outOfMemory);
        LOG.info(
                "event=unit-ended unit={} exit=\"{}\" out-of-memory={} streak={}",
                id,
                exit.describe(),
                outOfMemory,
                streak);
        if (!Backoff.wanted(record.spec().restart(), exit)) {
            update(ended.wishing(UnitRecord.Wish.STOP), new UnitState.Stopped(exit));
            return false;
        }
        UnitState waiting = new UnitState.BackingOff(now.plus(Backoff.delay(streak)), streak, exit);
        update(ended.restarting(streak + 1), waiting);
        return true;
    }

    /// Waits for the injected clock, which need not run like the machine's; called and left with the lock held.
    private boolean backOff(int mine) throws InterruptedException {
        while (!retired(mine)
                && state instanceof UnitState.BackingOff(Instant until, int ignored, Exit exit)
                && clock.instant().isBefore(until)) {
            boolean signalled = changed.await(CLOCK_LOOK.toNanos(), TimeUnit.NANOSECONDS);
            LOG.trace("event=unit-waits unit={} until={} signalled={} after=\"{}\"", id, until, signalled, exit);
        }
        return !retired(mine);
    }

    private boolean retired(int mine) {
        return closed || stopping || mine != generation;
    }

    private void fail(int mine, String message) {
        lock.lock();
        try {
            if (!retired(mine)) {
                state = new UnitState.Failed(message);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Notes what has happened already. A full disk must not end what runs: the next host finds the process by its
    /// marker.
    private void update(UnitRecord next, UnitState is) {
        record = next;
        state = is;
        changed.signalAll();
        try {
            store.save(next);
        } catch (HostException unwritten) {
            LOG.error("event=unit-not-saved unit={} reason=\"{}\"", id, unwritten.getMessage());
        }
    }
}
