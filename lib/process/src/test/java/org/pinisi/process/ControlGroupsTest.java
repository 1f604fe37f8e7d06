package org.pinisi.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Version 2 against a folder that looks like the kernel's, since few machines have both versions.
final class ControlGroupsTest {
    private static final Limits LIMITS =
            new Limits(OptionalLong.of(64 << 20), OptionalDouble.of(1.5), OptionalInt.of(100));

    @TempDir
    Path folder;

    @Test
    void versionTwoIsUsedWhereItHasTheMemoryController() throws IOException {
        Path mount = unified("cpu memory pids");
        ControlGroups groups = detect("cgroup2 %s cgroup2 rw 0 0".formatted(mount), "0::/");
        assertThat(groups.support()).isEqualTo(new Support(true, "version 2 at " + mount.resolve("pinisi")));
    }

    @Test
    void versionTwoLimitsAreWrittenInItsOwnWords() throws IOException {
        Path mount = unified("cpu memory pids");
        Path group = Files.createDirectories(mount.resolve("pinisi/unit"));
        for (String name : new String[] {"memory.max", "memory.swap.max", "cpu.max", "pids.max"}) {
            Files.writeString(group.resolve(name), "max");
        }
        assertThat(detect("cgroup2 %s cgroup2 rw 0 0".formatted(mount), "0::/").create("unit", LIMITS))
                .isPresent();
        assertThat(group.resolve("memory.max")).hasContent("67108864");
        assertThat(group.resolve("memory.swap.max")).hasContent("0");
        assertThat(group.resolve("cpu.max")).hasContent("150000 100000");
        assertThat(group.resolve("pids.max")).hasContent("100");
    }

    @Test
    void versionTwoFiguresAreReadWithoutTheIdlePageCache() throws IOException {
        Path mount = unified("cpu memory pids");
        Path group = Files.createDirectories(mount.resolve("pinisi/unit"));
        Files.writeString(group.resolve("memory.current"), "5000\n");
        Files.writeString(group.resolve("memory.stat"), "anon 1\ninactive_file 2000\n");
        Files.writeString(group.resolve("memory.events"), "oom 3\noom_kill 2\n");
        Files.writeString(group.resolve("cpu.stat"), "usage_usec 1500\n");
        Files.writeString(group.resolve("cgroup.procs"), "12\n13\n");
        ControlGroup found = detect("cgroup2 %s cgroup2 rw 0 0".formatted(mount), "0::/")
                .existing("unit")
                .orElseThrow();
        assertThat(found.usage(2)).isEqualTo(new Usage(3000, Duration.ofNanos(1_500_000), 2, 2));
        assertThat(found.members()).containsExactlyInAnyOrder(12L, 13L);
    }

    @Test
    void aMachineWithoutAnySaysWhy() throws IOException {
        Path mount = unified("cpuset");
        ControlGroups groups = detect("cgroup2 %s cgroup2 rw 0 0".formatted(mount), "0::/");
        assertThat(groups.support().available()).isFalse();
        assertThat(groups.support().detail())
                .isEqualTo("no control groups: version 2 at %s has no memory controller; ".formatted(mount)
                        + "no version 1 memory hierarchy may be written");
        assertThat(groups.create("unit", LIMITS)).isEmpty();
    }

    private Path unified(String controllers) throws IOException {
        Path mount = Files.createDirectory(folder.resolve("unified"));
        Path house = Files.createDirectories(mount.resolve("pinisi"));
        for (Path each : new Path[] {mount, house}) {
            Files.writeString(each.resolve("cgroup.controllers"), controllers + "\n");
            Files.writeString(each.resolve("cgroup.subtree_control"), "");
        }
        return mount;
    }

    private ControlGroups detect(String mounts, String membership) throws IOException {
        return ControlGroups.detect(
                Files.writeString(folder.resolve("mounts"), mounts + "\n"),
                Files.writeString(folder.resolve("membership"), membership + "\n"));
    }
}
