package org.pinisi.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ControlGroupsIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Limits LIMITS =
            new Limits(OptionalLong.of(48 << 20), OptionalDouble.of(0.5), OptionalInt.of(20));

    private final Processes processes = Processes.detect();

    @TempDir
    Path folder;

    @BeforeEach
    void needControlGroups() {
        assumeTrue(
                processes.controlGroups().available(), processes.controlGroups().detail());
    }

    @Test
    void whoTakesMoreMemoryThanAllowedIsKilledAndThatIsKnown() throws InterruptedException {
        Launch launch = Launches.launch(
                folder, new Output.Discard(), "/usr/bin/python3", "-c", "x = bytearray(256 << 20); print(len(x))");
        Running running = processes.start(Launches.with(launch, LIMITS));
        assertThat(running.waitFor(LONG)).contains(new Exit.Signal(9));
        assertThat(running.outOfMemoryKills()).isPositive();
        running.sweep();
    }

    @Test
    void whoForksMoreThanAllowedIsRefusedByTheKernel() throws InterruptedException {
        ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        Launch launch = Launches.shell(
                folder,
                new Output.Lines(lines::add),
                "i=0; while [ $i -lt 40 ]; do sleep 30 & i=$((i+1)); done; exit 0");
        processes.run(Launches.with(launch, LIMITS), LONG, Duration.ZERO);
        assertThat(lines).anyMatch(line -> line.contains("fork"));
    }

    @Test
    void figuresComeFromTheGroup() throws InterruptedException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "while :; do :; done");
        Running running = processes.start(Launches.with(launch, LIMITS));
        await().untilAsserted(() -> assertThat(running.usage().cpuTime()).isGreaterThan(Duration.ofMillis(50)));
        assertThat(running.usage().memoryBytes()).isBetween(1L, 48L << 20);
        assertThat(running.warnings()).isEmpty();
        running.terminate(LONG);
    }

    @Test
    void theGroupIsRemovedWithTheProcess() throws InterruptedException {
        Launch launch = Launches.with(Launches.shell(folder, new Output.Discard(), "sleep 60"), LIMITS);
        Running running = processes.start(launch);
        ControlGroups groups = ControlGroups.detect();
        String name = Processes.groupName(launch.marker());
        assertThat(groups.existing(name)).isPresent();
        running.terminate(LONG);
        assertThat(groups.existing(name)).isEmpty();
    }

    @Test
    void whoLostParentSessionAndMarkerIsStillEnded() throws InterruptedException {
        Launch launch = Launches.shell(
                folder,
                new Output.Discard(),
                "env -i /usr/bin/setsid /bin/sh -c 'touch %s/up; sleep 62.5' & exit 0".formatted(folder));
        Running running = processes.start(launch);
        await().until(() -> Files.exists(folder.resolve("up")));
        assertThat(running.waitFor(LONG)).isPresent();
        assertThat(running.usage().processes()).isPositive();
        running.sweep();
        assertThat(running.usage().processes()).isZero();
    }

    @Test
    void aCpuQuotaIsWritten() throws InterruptedException {
        ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        Launch launch = Launches.shell(
                folder,
                new Output.Lines(lines::add),
                "own=$(sed -n 's/^[0-9]*:cpu:\\|^[0-9]*:cpu,cpuacct:\\|^0:://p' /proc/self/cgroup | head -1);"
                        + " cat /sys/fs/cgroup/cpu$own/cpu.cfs_quota_us /sys/fs/cgroup$own/cpu.max 2>/dev/null; exit 0");
        processes.run(Launches.with(launch, LIMITS), LONG, Duration.ZERO);
        assertThat(lines).containsAnyOf("50000", "50000 100000");
    }
}
