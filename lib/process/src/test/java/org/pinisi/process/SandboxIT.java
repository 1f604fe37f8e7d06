package org.pinisi.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class SandboxIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Processes processes = Processes.detect();
    private final ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();

    @TempDir
    Path folder;

    private Path data;
    private Path image;
    private Path scratch;

    @BeforeEach
    void furnish() throws IOException {
        assumeTrue(processes.sandbox().available(), processes.sandbox().detail());
        data = Files.createDirectory(folder.resolve("data"));
        image = Files.createDirectories(data.resolve("images/one"));
        scratch = Files.createDirectories(data.resolve("scratch/one"));
        Files.writeString(Files.createDirectories(data.resolve("images/two")).resolve("private"), "other app's");
        Files.writeString(data.resolve("secret"), "hush");
        Files.writeString(image.resolve("page"), "hello");
    }

    @Test
    void theImageIsReadableAndNotWritable() throws InterruptedException {
        assertThat(run("cat page && echo && ! echo x > page && ! touch new && pwd"))
                .isEqualTo(new Exit.Code(0));
        assertThat(lines).contains("hello", image.toString());
        assertThat(image.resolve("page")).hasContent("hello");
    }

    @Test
    void theRestOfTheDataFolderIsInvisible() throws InterruptedException {
        run("ls " + data + " " + data.resolve("images") + "; cat " + data.resolve("secret"));
        assertThat(lines).contains("images", "one").doesNotContain("secret", "two", "hush");
    }

    @Test
    void aHiddenFileShowsNothing() throws InterruptedException {
        // A file that is there on every machine and in no folder hidden already.
        Path key = Path.of("/etc/passwd");
        run(new Sandbox.Bubblewrap(List.of(image), List.of(), List.of(key)), "cat " + key + " 2>/dev/null | wc -c");
        assertThat(lines).containsExactly("0");
    }

    @Test
    void onlyTheScratchFolderTakesFilesThatStay() throws InterruptedException {
        Exit exit = run("echo kept > %s/file; echo gone > /tmp/file; ! echo x > %s/file".formatted(scratch, data));
        assertThat(exit).isEqualTo(new Exit.Code(0));
        assertThat(scratch.resolve("file")).hasContent("kept");
        assertThat(data.resolve("file")).doesNotExist();
    }

    @Test
    void systemFoldersAreReadOnlyAndHomesAreEmpty() throws InterruptedException {
        assertThat(run("! touch /etc/pinisi-test && ! touch /usr/pinisi-test && ! touch /root/pinisi-test"
                        + " && test -z \"$(ls -A /root /home | grep -v ':$')\""))
                .isEqualTo(new Exit.Code(0));
    }

    @Test
    void theKernelsSwitchesCannotBeTurned() throws InterruptedException {
        assertThat(run("! echo pinisi > /proc/sys/kernel/hostname && ! echo 1 > /proc/sys/vm/drop_caches"
                        + " && ! mkdir /sys/fs/cgroup/memory/pinisi-test"))
                .isEqualTo(new Exit.Code(0));
    }

    @Test
    void thereAreNoCapabilitiesAndNoNewPrivileges() throws InterruptedException {
        run("grep -E 'CapPrm|CapEff|NoNewPrivs' /proc/self/status");
        assertThat(lines).containsExactly("CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "NoNewPrivs:\t1");
    }

    @Test
    void otherProcessesAreInvisible() throws InterruptedException {
        run("ls /proc | grep -c '^[0-9]*$'");
        assertThat(Integer.parseInt(lines.peek())).isLessThan(8);
    }

    @Test
    void theExitCodeComesThrough() throws InterruptedException {
        assertThat(run("exit 7")).isEqualTo(new Exit.Code(7));
        assertThat(run("kill -TERM $$")).isEqualTo(new Exit.Signal(15));
    }

    @Test
    void whoTidiesUpOnTermHasItsGraceAndReportsItsOwnExit() throws InterruptedException {
        Launch launch = launch(
                sandbox(),
                "trap 'sleep 0.2; echo bye > %1$s/bye; exit 6' TERM; touch %1$s/up; while :; do sleep 0.05; done"
                        .formatted(scratch));
        Running running = processes.start(launch);
        await().until(() -> Files.exists(scratch.resolve("up")));
        assertThat(running.terminate(LONG)).isEqualTo(new Exit.Code(6));
        assertThat(scratch.resolve("bye")).hasContent("bye");
    }

    @Test
    void nothingEscapesEvenWithoutMarkerParentAndSession() throws InterruptedException {
        Launch launch = launch(
                sandbox(),
                "env -i /usr/bin/setsid /bin/sh -c 'trap \"\" TERM; touch %s/up; sleep 61.5' & exit 0"
                        .formatted(scratch));
        Running running = processes.start(launch);
        await().until(() -> Files.exists(scratch.resolve("up")));
        assertThat(running.waitFor(LONG)).contains(new Exit.Code(0));
        running.sweep();
        assertThat(ProcTable.all()).noneMatch(entry -> commandLine(entry.pid()).contains("61.5"));
    }

    @Test
    void anAdoptedSandboxIsEndedLikeOurOwn() throws InterruptedException {
        Launch launch = launch(
                sandbox(),
                "trap 'echo bye > %1$s/bye; exit 0' TERM; touch %1$s/up; while :; do sleep 0.05; done"
                        .formatted(scratch));
        Running running = processes.start(launch);
        await().until(() -> Files.exists(scratch.resolve("up")));
        Running adopted = processes.adopt(running.id(), launch.marker()).orElseThrow();
        adopted.terminate(LONG);
        assertThat(scratch.resolve("bye")).hasContent("bye");
        assertThat(processes.find(launch.marker())).isEmpty();
    }

    @Test
    void oneThatIsStoppedWhileItsSandboxIsBuiltIsAskedAllTheSame() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            Running running = processes.start(launch(sandbox(), "sleep 60"));
            assertThat(running.terminate(LONG)).isNotEqualTo(new Exit.Signal(9));
            assertThat(running.isAlive()).isFalse();
        }
    }

    @Test
    void aPathThatDoesNotExistIsRefusedByName() {
        Sandbox sandbox = new Sandbox.Bubblewrap(List.of(folder.resolve("gone")), List.of(), List.of());
        assertThatThrownBy(() -> processes.start(launch(sandbox, "true")))
                .isInstanceOf(ProcessException.class)
                .hasMessageContaining("gone");
    }

    @Test
    void aMachineWithoutBubblewrapSaysSo() {
        assertThat(Bubblewrap.detect(Optional.empty()))
                .isEqualTo(new Support(false, "bubblewrap is not installed (Debian: apt-get install bubblewrap)"));
        assertThat(Bubblewrap.detect(Optional.of(Path.of("/bin/false"))).detail())
                .isEqualTo("bubblewrap does not work here: exit code 1");
    }

    private Sandbox sandbox() {
        return new Sandbox.Bubblewrap(List.of(image), List.of(scratch), List.of(data));
    }

    private Exit run(String script) throws InterruptedException {
        return run(sandbox(), script);
    }

    private Exit run(Sandbox sandbox, String script) throws InterruptedException {
        return processes.run(launch(sandbox, script), LONG, SHORT).exit();
    }

    private Launch launch(Sandbox sandbox, String script) {
        return Launches.with(Launches.shell(image, new Output.Lines(lines::add), script), sandbox);
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }
}
