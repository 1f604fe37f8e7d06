package org.pinisi.process;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A started process and everything it started, found by all that binds them: descent, session, control group,
/// marker.
final class Family {
    private static final String BUBBLEWRAP = "bwrap";

    private final ProcessId leader;
    private final Marker marker;
    private final Optional<ControlGroup> group;
    private final long ourselves = ProcessHandle.current().pid();
    private final long ourGroup =
            ProcTable.entry(ourselves).map(ProcTable.Entry::group).orElse(ourselves);

    Family(ProcessId leader, Marker marker, Optional<ControlGroup> group) {
        this.leader = leader;
        this.marker = marker;
        this.group = group;
    }

    /// All living members. `seen` remembers them from one look to the next, so that one that lost its parent, its
    /// session
    /// and its marker is still known.
    List<ProcTable.Entry> members(Set<ProcessId> seen) {
        List<ProcTable.Entry> others = new ArrayList<>(ProcTable.all());
        others.removeIf(entry -> entry.pid() <= 1 || entry.pid() == ourselves);
        boolean leaderAlive = others.stream().anyMatch(this::isLeader);
        Set<Long> grouped = group.map(ControlGroup::members).orElse(Set.of());
        Set<Long> pids = new HashSet<>();
        List<ProcTable.Entry> members = new ArrayList<>();
        for (ProcTable.Entry entry : others) {
            if (isLeader(entry)
                    || grouped.contains(entry.pid())
                    || seen.contains(identity(entry))
                    || (leaderAlive && entry.session() == leader.pid())
                    || carriesMarker(entry)) {
                members.add(entry);
                pids.add(entry.pid());
            }
        }
        others.removeAll(members);
        while (others.removeIf(entry -> pids.contains(entry.parent()) && members.add(entry) && pids.add(entry.pid()))) {
            // Each round finds the children of those found before.
        }
        members.forEach(member -> seen.add(identity(member)));
        return members;
    }

    /// Asks those to end that were not asked before. A sandbox's own two watchmen are left out: they go when their
    /// charge has gone, and report how.
    ///
    /// @return false when there are only watchmen: the sandbox is still being set up, or already going
    boolean ask(List<ProcTable.Entry> members, Set<ProcessId> asked) {
        List<ProcTable.Entry> payload =
                members.stream().filter(member -> !isWatchman(member)).toList();
        List<ProcTable.Entry> targets =
                payload.stream().filter(member -> asked.add(identity(member))).toList();
        Set<Long> spared = new HashSet<>();
        spared.add(ourGroup);
        members.stream().filter(this::isWatchman).forEach(member -> spared.add(member.group()));
        Set<Long> groups = new HashSet<>();
        for (ProcTable.Entry target : targets) {
            // As one step for a group, so that none forks away; its living leader proves that the number is not
            // reused.
            boolean leads = target.pid() == target.group() && !spared.contains(target.group());
            if (leads && isAlive(target) && Kernel.killGroup(target.group(), Signals.TERM)) {
                groups.add(target.group());
            }
        }
        for (ProcTable.Entry target : targets) {
            if (!groups.contains(target.group())) {
                Kernel.signal(target, Signals.TERM);
            }
        }
        return !payload.isEmpty();
    }

    /// Ends all at once.
    void kill(List<ProcTable.Entry> members) {
        group.ifPresent(ControlGroup::kill);
        for (ProcTable.Entry member : members) {
            Kernel.signal(member, Signals.KILL);
        }
    }

    private boolean isAlive(ProcTable.Entry entry) {
        return ProcTable.entry(entry.pid())
                .filter(now -> now.startTicks() == entry.startTicks())
                .isPresent();
    }

    private boolean isWatchman(ProcTable.Entry entry) {
        return entry.name().equals(BUBBLEWRAP) && (isLeader(entry) || entry.parent() == leader.pid());
    }

    private boolean isLeader(ProcTable.Entry entry) {
        return entry.pid() == leader.pid() && entry.startTicks() == leader.startTicks();
    }

    private boolean carriesMarker(ProcTable.Entry entry) {
        return ProcTable.variable(entry.pid(), marker.name())
                .filter(marker.value()::equals)
                .isPresent();
    }

    private ProcessId identity(ProcTable.Entry entry) {
        return new ProcessId(entry.pid(), entry.startTicks(), leader.bootId());
    }
}
