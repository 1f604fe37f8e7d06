package org.pinisi.process;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// A started or adopted process with everything it started. Safe for any number of threads.
///
/// What belongs to it is found by descent, session, control group and marker; only a process that lost all four
/// escapes:
/// one that forked away, made a session of its own and cleared its environment, on a machine without control groups,
/// and
/// outside a sandbox.
public final class Running {
    private static final Duration KILL_DEADLINE = Duration.ofSeconds(10);
    private static final Duration EMPTY_SANDBOX = Duration.ofSeconds(1);
    private static final long TICK_NANOS = 10_000_000;

    private final ProcessId id;
    private final Family family;
    private final Optional<Process> child;
    private final Optional<ControlGroup> group;
    private final Optional<LinePump> pump;
    private final List<String> warnings;

    Running(
            ProcessId id,
            Marker marker,
            Optional<Process> child,
            Optional<ControlGroup> group,
            Optional<LinePump> pump,
            List<String> warnings) {
        this.id = id;
        this.family = new Family(id, marker, group);
        this.child = child;
        this.group = group;
        this.pump = pump;
        this.warnings = List.copyOf(warnings);
    }

    /// Which process it is; keep it to adopt the process later.
    public ProcessId id() {
        return id;
    }

    /// The process number: also that of its process group and session.
    public long pid() {
        return id.pid();
    }

    /// Whether the process itself (not merely something it started) is alive.
    public boolean isAlive() {
        return child.map(Process::isAlive)
                .orElseGet(() -> ProcTable.entry(id.pid())
                        .filter(entry -> entry.startTicks() == id.startTicks())
                        .isPresent());
    }

    /// Waits for the end of the process itself. What it started may live on: call [#sweep] then.
    ///
    /// @return empty when it is still alive after `timeout`
    /// @throws InterruptedException when interrupted; the process goes on
    public Optional<Exit> waitFor(Duration timeout) throws InterruptedException {
        if (child.isPresent()) {
            Process process = child.get();
            boolean ended = process.waitFor(nanos(timeout), TimeUnit.NANOSECONDS);
            return ended ? Optional.of(Exit.ofStatus(process.exitValue())) : Optional.empty();
        }
        Pause pause = new Pause(timeout);
        while (isAlive()) {
            if (pause.over()) {
                return Optional.empty();
            }
            pause.await();
        }
        return Optional.of(new Exit.Unknown());
    }

    /// Ends it with everything it started: TERM to all, up to `grace` for them to go, then KILL to every survivor.
    /// When this returns, all are gone, and so is its control group. Also after its end, and more than once.
    ///
    /// @throws InterruptedException when interrupted while waiting; the grace ends then at once, and all are gone
    ///     by now
    /// @throws ProcessException when something survives KILL for 10 s (stuck in the kernel)
    public Exit terminate(Duration grace) throws InterruptedException {
        Set<ProcessId> seen = new HashSet<>();
        InterruptedException interruption = null;
        if (grace.isPositive()) {
            try {
                askAndWait(grace, seen);
            } catch (InterruptedException impatient) {
                interruption = impatient;
            }
        }
        try {
            killAll(seen);
        } catch (InterruptedException impatient) {
            interruption = impatient;
        }
        Exit exit = exit();
        group.ifPresent(ControlGroup::remove);
        if (interruption != null) {
            throw interruption;
        }
        if (pump.isPresent() && !pump.get().drain(KILL_DEADLINE)) {
            throw new ProcessException("the consumer of the output of process %d has not taken it within %d s"
                    .formatted(id.pid(), KILL_DEADLINE.toSeconds()));
        }
        return exit;
    }

    /// After its end: kills what it left behind and removes its control group. The same as
    /// `terminate(Duration.ZERO)`.
    public Exit sweep() throws InterruptedException {
        return terminate(Duration.ZERO);
    }

    /// What it uses now.
    public Usage usage() {
        if (group.isPresent()) {
            return group.get().usage(group.get().members().size());
        }
        List<ProcTable.Entry> members = family.members(new HashSet<>());
        long pages = members.stream().mapToLong(ProcTable.Entry::residentPages).sum();
        long ticks = members.stream().mapToLong(ProcTable.Entry::ticks).sum();
        return new Usage(pages * Kernel.pageSize(), Duration.ofNanos(ticks * TICK_NANOS), members.size(), 0);
    }

    /// How often the kernel has killed one of its processes at the memory limit; 0 without a control group. Ask
    /// before [#sweep] or [#terminate], which remove the group.
    public long outOfMemoryKills() {
        return group.map(joined -> joined.usage(0).outOfMemoryKills()).orElse(0L);
    }

    /// What of its launch this machine could not do, in words for people; empty when all is as asked.
    public List<String> warnings() {
        return warnings;
    }

    /// A sandbox that shows nothing but its watchmen for a while will not come to anything: nobody is left to be
    /// asked.
    private void askAndWait(Duration grace, Set<ProcessId> seen) throws InterruptedException {
        Set<ProcessId> asked = new HashSet<>();
        Pause pause = new Pause(grace);
        Pause empty = new Pause(EMPTY_SANDBOX);
        List<ProcTable.Entry> members = family.members(seen);
        while (!members.isEmpty() && !pause.over() && !empty.over()) {
            if (family.ask(members, asked)) {
                empty = new Pause(EMPTY_SANDBOX);
            }
            pause.await();
            members = family.members(seen);
        }
    }

    /// Kills until none is left, interrupted or not: to stop half-way would leave what nobody ends.
    private void killAll(Set<ProcessId> seen) throws InterruptedException {
        Pause pause = new Pause(KILL_DEADLINE);
        InterruptedException interruption = null;
        List<ProcTable.Entry> members = family.members(seen);
        while (!members.isEmpty()) {
            if (pause.over()) {
                throw new ProcessException("processes %s of process %d survive KILL; they are stuck in the kernel"
                        .formatted(members.stream().map(ProcTable.Entry::pid).toList(), id.pid()));
            }
            family.kill(members);
            try {
                pause.await();
            } catch (InterruptedException impatient) {
                interruption = impatient;
            }
            members = family.members(seen);
        }
        if (interruption != null) {
            throw interruption;
        }
    }

    /// How it ended; asked when it is dead, so that there is nothing to wait for but Java's own reaper.
    private Exit exit() {
        if (child.isEmpty()) {
            return new Exit.Unknown();
        }
        return Exit.ofStatus(child.get().onExit().join().exitValue());
    }

    private static long nanos(Duration timeout) {
        try {
            return timeout.toNanos();
        } catch (ArithmeticException centuries) {
            return Long.MAX_VALUE;
        }
    }
}
