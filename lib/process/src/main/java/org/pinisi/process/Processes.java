package org.pinisi.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts, finds and adopts processes on this machine (Linux). Safe for any number of threads.
public final class Processes {
    private static final Logger LOG = LoggerFactory.getLogger(Processes.class);
    private static final int LONGEST_GROUP_WORD = 60;

    private final Starter starter;
    private final Support sandbox;
    private final ControlGroups groups;
    private final String bootId;

    Processes(Starter starter, Support sandbox, ControlGroups groups) {
        this.starter = starter;
        this.sandbox = sandbox;
        this.groups = groups;
        this.bootId = ProcTable.bootId();
    }

    /// Finds out what this machine can do, by trying it once (some 20 ms).
    ///
    /// @throws ProcessException when the machine lacks what nothing works without: `/proc`, util-linux's `setsid`,
    ///     a shell
    public static Processes detect() {
        Map<String, String> environment = System.getenv();
        String path = environment.getOrDefault("PATH", "") + ":/usr/bin:/bin";
        Optional<Path> bubblewrap = Starter.find("bwrap", path, Path.of("/"));
        Starter starter =
                new Starter(Starter.required("setsid", environment), Starter.required("sh", environment), bubblewrap);
        return new Processes(starter, Bubblewrap.detect(bubblewrap), ControlGroups.detect());
    }

    /// Whether [Sandbox.Bubblewrap] works here; otherwise starting with one is refused.
    public Support sandbox() {
        return sandbox;
    }

    /// Whether [Limits] are enforced here.
    public Support controlGroups() {
        return groups.support();
    }

    /// The kernel's name of this boot; it differs after each start of the machine.
    public String bootId() {
        return bootId;
    }

    /// Starts a process in a session and process group of its own. It outlives us unless it is ended.
    ///
    /// What fails behind a sandbox's door cannot be told from here: the program then ends at once with exit code 1,
    /// 126
    /// or 127, and says why in its output.
    ///
    /// @throws ProcessException when it cannot be started; nothing is left running then
    public Running start(Launch launch) {
        if (launch.sandbox() instanceof Sandbox.Bubblewrap && !sandbox.available()) {
            throw new ProcessException("cannot keep %s apart: %s"
                    .formatted(launch.command().arguments().getFirst(), sandbox.detail()));
        }
        Optional<ControlGroup> group = groups.create(groupName(launch.marker()), launch.limits());
        Process process;
        try {
            process = starter.start(launch, group);
        } catch (RuntimeException failure) {
            group.ifPresent(ControlGroup::remove);
            throw failure;
        }
        // One that has already ended, and been asked how, has no entry any more; nobody can take it for another
        // then.
        long startTicks =
                ProcTable.entry(process.pid()).map(ProcTable.Entry::startTicks).orElse(0L);
        ProcessId id = new ProcessId(process.pid(), startTicks, bootId);
        Optional<LinePump> pump = Optional.empty();
        if (launch.output() instanceof Output.Lines lines) {
            pump = Optional.of(LinePump.start(process.getInputStream(), lines, process.pid()));
        }
        LOG.debug(
                "event=process-started pid={} program={} marker={}",
                id.pid(),
                launch.command().arguments().getFirst(),
                launch.marker().value());
        return new Running(id, launch.marker(), Optional.of(process), group, pump, warnings(launch));
    }

    /// Starts a process, waits for its end, and leaves nothing of it behind. All its output has been consumed then.
    ///
    /// @param timeout after which it is ended, with `grace` between TERM and KILL
    /// @throws InterruptedException when interrupted; the process and all it started are dead then
    /// @throws ProcessException when it cannot be started
    public Finished run(Launch launch, Duration timeout, Duration grace) throws InterruptedException {
        Running running = start(launch);
        try {
            Optional<Exit> exit = running.waitFor(timeout);
            if (exit.isPresent()) {
                running.sweep();
                return new Finished(exit.get(), false);
            }
        } catch (InterruptedException cancelled) {
            running.terminate(grace);
            throw cancelled;
        }
        return new Finished(running.terminate(grace), true);
    }

    /// Takes over a process that an earlier run of ours started, if it is still that process and alive.
    public Optional<Running> adopt(ProcessId id, Marker marker) {
        boolean same = id.bootId().equals(bootId)
                && ProcTable.entry(id.pid())
                        .filter(entry -> entry.startTicks() == id.startTicks())
                        .isPresent();
        if (!same) {
            return Optional.empty();
        }
        Optional<ControlGroup> group = groups.existing(groupName(marker));
        return Optional.of(new Running(id, marker, Optional.empty(), group, Optional.empty(), List.of()));
    }

    /// All living processes whose environment holds the variable `name`, as far as we may look into them.
    public List<Found> find(String name) {
        List<Found> found = new ArrayList<>();
        for (ProcTable.Entry entry : ProcTable.all()) {
            if (entry.pid() <= 1) {
                continue;
            }
            Optional<String> value = ProcTable.variable(entry.pid(), name);
            if (value.isPresent() && value.get().matches(Marker.VALUE)) {
                found.add(new Found(
                        new ProcessId(entry.pid(), entry.startTicks(), bootId),
                        entry.parent(),
                        entry.group(),
                        entry.session(),
                        new Marker(name, value.get())));
            }
        }
        return found;
    }

    /// All living processes that carry exactly this marker.
    public List<Found> find(Marker marker) {
        return find(marker.name()).stream()
                .filter(found -> found.marker().equals(marker))
                .toList();
    }

    /// Ends at once all that carries this marker, as after a crash, when none of them is worth adopting. When this
    /// returns, all are gone, and so is their control group.
    ///
    /// @return how many there were at the first look
    /// @throws ProcessException when something survives KILL for 10 s
    public int end(Marker marker) throws InterruptedException {
        List<Found> found = find(marker);
        // No process has this identity, so what is found is found by the marker and the control group alone.
        ProcessId nobody = new ProcessId(Integer.MAX_VALUE, 0, bootId);
        Optional<ControlGroup> group = groups.existing(groupName(marker));
        Exit ignored = new Running(nobody, marker, Optional.empty(), group, Optional.empty(), List.of()).sweep();
        LOG.debug("event=leftovers-ended marker={} count={} exit={}", marker.value(), found.size(), ignored);
        return found.size();
    }

    private List<String> warnings(Launch launch) {
        if (launch.limits().any() && !groups.support().available()) {
            return List.of("its limits are not enforced: " + groups.support().detail());
        }
        return List.of();
    }

    static String groupName(Marker marker) {
        CRC32 sum = new CRC32();
        sum.update((marker.name() + "=" + marker.value()).getBytes(UTF_8));
        String word = marker.value().replaceAll("[^A-Za-z0-9_-]", "_");
        String tail = word.substring(Math.max(0, word.length() - LONGEST_GROUP_WORD));
        return "%s-%08x".formatted(tail, sum.getValue());
    }
}
