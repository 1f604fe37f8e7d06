package org.pinisi.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ProcessesTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(200);

    private final Processes processes = Processes.detect();

    @TempDir
    Path folder;

    @Test
    void theExitCodeIsReported() throws InterruptedException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "exit 3");
        assertThat(processes.run(launch, LONG, SHORT)).isEqualTo(new Finished(new Exit.Code(3), false));
    }

    @Test
    void aSignalIsReportedAsOne() throws InterruptedException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "kill -9 $$");
        assertThat(processes.run(launch, LONG, SHORT).exit()).isEqualTo(new Exit.Signal(9));
    }

    @Test
    void aMissingProgramIsRefusedByName() {
        Launch launch = Launches.launch(folder, new Output.Discard(), "no-such-program");
        assertThatThrownBy(() -> processes.start(launch))
                .isInstanceOf(ProcessException.class)
                .hasMessage("cannot start no-such-program: there is no such program along PATH=" + Launches.PATH);
    }

    @Test
    void aMissingFolderIsRefusedByName() {
        Launch launch = Launches.launch(folder.resolve("gone"), new Output.Discard(), "true");
        assertThatThrownBy(() -> processes.start(launch)).hasMessageContaining("gone does not exist");
    }

    @Test
    void outputAndErrorsArriveLineByLineInOrder() throws InterruptedException {
        ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        Launch launch = Launches.shell(folder, new Output.Lines(lines::add), "echo one; echo two >&2; printf three");
        processes.run(launch, LONG, SHORT);
        assertThat(lines).containsExactly("one", "two", "three");
    }

    @Test
    void anEndlessLineArrivesInPieces() throws InterruptedException {
        ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        Launch launch = Launches.shell(folder, new Output.Lines(lines::add, 100), "printf '%0250d' 7");
        processes.run(launch, LONG, SHORT);
        assertThat(lines).extracting(String::length).containsExactly(100, 100, 50);
    }

    @Test
    void aConsumerThatThrowsDoesNotStopTheProgram() throws InterruptedException {
        Output output = new Output.Lines(line -> {
            throw new IllegalStateException("full");
        });
        Launch launch =
                Launches.shell(folder, output, "i=0; while [ $i -lt 20000 ]; do echo $i; i=$((i+1)); done; exit 5");
        assertThat(processes.run(launch, LONG, SHORT).exit()).isEqualTo(new Exit.Code(5));
    }

    @Test
    void aConsoleFileIsAppendedToAndPrivate() throws IOException, InterruptedException {
        Path console = folder.resolve("console");
        for (String word : List.of("first", "second")) {
            processes.run(Launches.shell(folder, new Output.Append(console), "echo " + word), LONG, SHORT);
        }
        assertThat(console).hasContent("first\nsecond\n");
        assertThat(Files.getPosixFilePermissions(console)).hasSize(2);
    }

    @Test
    void theEnvironmentIsExactlyTheGivenOneAndTheMarker() throws InterruptedException {
        ConcurrentLinkedQueue<String> lines = new ConcurrentLinkedQueue<>();
        Command command =
                new Command(List.of("/usr/bin/env"), folder, Map.of("GREETING", "good\nday", "PATH", Launches.PATH));
        Marker marker = Launches.marker();
        Launch launch = new Launch(command, marker, new Output.Lines(lines::add), new Sandbox.None(), Limits.none());
        processes.run(launch, LONG, SHORT);
        // A shell that joins the control group for it adds where it is.
        lines.removeIf(line -> line.startsWith("PWD="));
        assertThat(lines)
                .containsExactlyInAnyOrder(
                        "GREETING=good", "day", "PATH=" + Launches.PATH, marker.name() + "=" + marker.value());
    }

    @Test
    void standardInputIsEmpty() throws InterruptedException {
        assertThat(processes
                        .run(Launches.launch(folder, new Output.Discard(), "cat"), LONG, SHORT)
                        .succeeded())
                .isTrue();
    }

    @Test
    void theProcessLeadsAGroupAndASessionOfItsOwn() throws InterruptedException {
        Running running = processes.start(Launches.shell(folder, new Output.Discard(), "sleep 60"));
        await().untilAsserted(() -> {
            ProcTable.Entry entry = ProcTable.entry(running.pid()).orElseThrow();
            assertThat(entry.group()).isEqualTo(running.pid());
            assertThat(entry.session()).isEqualTo(running.pid());
        });
        running.terminate(LONG);
    }

    @Test
    void terminateEndsGrandchildrenToo() throws InterruptedException, IOException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "(sleep 60 & sleep 60 & wait) & touch up; wait");
        Running running = started(launch);
        assertThat(running.terminate(LONG)).isEqualTo(new Exit.Signal(15));
        assertThat(processes.find(launch.marker())).isEmpty();
    }

    @Test
    void whoIgnoresTermIsKilledAfterTheGrace() throws InterruptedException, IOException {
        Launch launch =
                Launches.shell(folder, new Output.Discard(), "trap '' TERM; touch up; while :; do sleep 1; done");
        Running running = started(launch);
        assertThat(running.terminate(SHORT)).isEqualTo(new Exit.Signal(9));
        assertThat(processes.find(launch.marker())).isEmpty();
    }

    @Test
    void whoTidiesUpOnTermHasItsGrace() throws InterruptedException, IOException {
        Launch launch = Launches.shell(
                folder,
                new Output.Discard(),
                "trap 'echo bye > bye; exit 0' TERM; touch up; while :; do sleep 0.05; done");
        Running running = started(launch);
        assertThat(running.terminate(LONG)).isEqualTo(new Exit.Code(0));
        assertThat(folder.resolve("bye")).hasContent("bye");
    }

    @Test
    void whoMakesASessionOfItsOwnDoesNotEscape() throws InterruptedException, IOException {
        Launch launch = Launches.shell(
                folder, new Output.Discard(), "setsid sh -c 'trap \"\" TERM; touch up; sleep 60' & wait");
        Running running = started(launch);
        running.terminate(SHORT);
        assertThat(processes.find(launch.marker())).isEmpty();
    }

    @Test
    void whoMakesASessionAndClearsItsEnvironmentDoesNotEscapeWhileItsParentLives()
            throws InterruptedException, IOException {
        Launch launch = Launches.shell(
                folder, new Output.Discard(), "env -i /usr/bin/setsid /bin/sh -c 'echo $$ > up; exec sleep 60' & wait");
        Running running = started(launch);
        await().until(() -> Files.size(folder.resolve("up")) > 0);
        long stray = Long.parseLong(Files.readString(folder.resolve("up")).strip());
        assertThat(ProcTable.entry(stray)).isPresent();
        running.terminate(SHORT);
        assertThat(ProcTable.entry(stray)).isEmpty();
    }

    @Test
    void whatADaemonLeavesBehindIsSwept() throws InterruptedException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "setsid sleep 60 & exit 4");
        Running running = processes.start(launch);
        assertThat(running.waitFor(LONG)).contains(new Exit.Code(4));
        assertThat(running.sweep()).isEqualTo(new Exit.Code(4));
        assertThat(processes.find(launch.marker())).isEmpty();
    }

    @Test
    void aRunBeyondItsTimeIsEndedAndSaysSo() throws InterruptedException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "sleep 60 & sleep 60");
        Finished finished = processes.run(launch, SHORT, LONG);
        assertThat(finished.timedOut()).isTrue();
        assertThat(processes.find(launch.marker())).isEmpty();
    }

    @Test
    void interruptionEndsARunWithAllItStarted() throws InterruptedException, IOException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "sleep 60 & touch up; sleep 60");
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread runner = Thread.ofVirtual().start(() -> {
            try {
                processes.run(launch, LONG, LONG);
            } catch (InterruptedException cancelled) {
                thrown.set(cancelled);
            }
        });
        await().until(() -> Files.exists(folder.resolve("up")));
        runner.interrupt();
        assertThat(runner.join(LONG)).isTrue();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(processes.find(launch.marker())).isEmpty();
    }

    @Test
    void interruptionOfATerminateStillEndsAll() throws InterruptedException, IOException {
        Launch launch =
                Launches.shell(folder, new Output.Discard(), "trap '' TERM; touch up; while :; do sleep 1; done");
        Running running = started(launch);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> running.terminate(LONG)).isInstanceOf(InterruptedException.class);
        assertThat(processes.find(launch.marker())).isEmpty();
    }

    @Test
    void aProcessIsFoundByItsMarkerAndAdopted() throws InterruptedException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "sleep 60");
        Running first = processes.start(launch);
        await().until(() -> processes.find(launch.marker()).stream().anyMatch(Found::leads));
        assertThat(processes.find(launch.marker())).extracting(Found::id).contains(first.id());
        Running adopted = processes.adopt(first.id(), launch.marker()).orElseThrow();
        assertThat(adopted.isAlive()).isTrue();
        assertThat(adopted.waitFor(SHORT)).isEmpty();
        assertThat(adopted.terminate(LONG)).isEqualTo(new Exit.Unknown());
        assertThat(first.waitFor(LONG)).isPresent();
        assertThat(adopted.waitFor(LONG)).contains(new Exit.Unknown());
    }

    @Test
    void aReusedNumberIsNeverAdopted() throws InterruptedException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "sleep 60");
        Running running = processes.start(launch);
        ProcessId earlier = new ProcessId(
                running.pid(), running.id().startTicks() - 1, running.id().bootId());
        ProcessId otherBoot = new ProcessId(running.pid(), running.id().startTicks(), "another");
        assertThat(processes.adopt(earlier, launch.marker())).isEmpty();
        assertThat(processes.adopt(otherBoot, launch.marker())).isEmpty();
        running.terminate(LONG);
        assertThat(processes.adopt(running.id(), launch.marker())).isEmpty();
    }

    @Test
    void leftoversOfACrashAreEndedByTheirMarker() throws InterruptedException, IOException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "setsid sleep 60 & touch up; sleep 60");
        Running running = started(launch);
        assertThat(processes.end(launch.marker())).isGreaterThanOrEqualTo(2);
        assertThat(processes.find(launch.marker())).isEmpty();
        assertThat(running.waitFor(LONG)).isPresent();
    }

    @Test
    void usageCountsAllProcessesOfTheFamily() throws InterruptedException, IOException {
        Launch launch = Launches.shell(folder, new Output.Discard(), "sleep 60 & sleep 60 & touch up; wait");
        Running running = started(launch);
        await().untilAsserted(() -> assertThat(running.usage().processes()).isEqualTo(3));
        assertThat(running.usage().memoryBytes()).isPositive();
        running.terminate(LONG);
        assertThat(running.usage().processes()).isZero();
    }

    @Test
    void noZombieAndNoDescriptorIsLeft() throws InterruptedException, IOException {
        processes.run(Launches.shell(folder, new Output.Lines(line -> {}), "echo warm"), LONG, SHORT);
        long before = descriptors();
        for (int i = 0; i < 20; i++) {
            processes.run(
                    Launches.shell(folder, new Output.Lines(line -> {}), "echo x & sleep 60 & exit"), LONG, SHORT);
        }
        await().untilAsserted(() -> assertThat(descriptors()).isLessThanOrEqualTo(before));
        await().untilAsserted(() -> assertThat(zombies()).isEmpty());
    }

    @Test
    void oursAndTheFirstProcessAreNeverSignalled() {
        assertThatThrownBy(() -> Kernel.killGroup(1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Kernel.killGroup(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Kernel.killGroup(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        Marker ours = new Marker("PINISI_TEST", "nobody");
        ProcTable.Entry self = ProcTable.entry(ProcessHandle.current().pid()).orElseThrow();
        ProcessId id = new ProcessId(self.pid(), self.startTicks(), processes.bootId());
        assertThat(new Family(id, ours, Optional.empty()).members(new java.util.HashSet<>()))
                .extracting(ProcTable.Entry::pid)
                .doesNotContain(self.pid(), 1L);
    }

    @Test
    void anIdentityThatNoLongerHoldsIsNotSignalled() throws InterruptedException {
        Running running = processes.start(Launches.shell(folder, new Output.Discard(), "sleep 60"));
        ProcTable.Entry now = ProcTable.entry(running.pid()).orElseThrow();
        ProcTable.Entry before = new ProcTable.Entry(
                now.pid(), now.name(), now.parent(), now.group(), now.session(), now.startTicks() - 1, 0, 0);
        assertThat(Kernel.signal(before, 9)).isFalse();
        assertThat(running.isAlive()).isTrue();
        running.terminate(LONG);
    }

    @Test
    void aFilesHeadIsFreedWhileItsPositionsStay() throws IOException {
        Path file = folder.resolve("big");
        Files.write(file, "x".repeat(1 << 20).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        assertThat(SparseFile.freeHead(file, 1 << 19)).isTrue();
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(1 << 20);
        assertThat(bytes[0]).isZero();
        assertThat(bytes[1 << 19]).isEqualTo((byte) 'x');
    }

    @Test
    void aCommandShowsNoValueOfItsEnvironment() {
        Command command = new Command(List.of("x"), folder, Map.of("TOKEN", "hush"));
        assertThat(command.toString()).contains("TOKEN").doesNotContain("hush");
    }

    private Running started(Launch launch) throws IOException {
        Running running = processes.start(launch);
        await().until(() -> Files.exists(folder.resolve("up")));
        return running;
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static List<String> zombies() throws IOException {
        long self = ProcessHandle.current().pid();
        try (Stream<Path> all = Files.list(Path.of("/proc"))) {
            return all.filter(path -> path.getFileName().toString().matches("\\d+"))
                    .map(ProcessesTest::stat)
                    .filter(stat -> stat.contains(") Z " + self + " "))
                    .toList();
        }
    }

    private static String stat(Path process) {
        try {
            return Files.readString(process.resolve("stat"));
        } catch (IOException gone) {
            return "";
        }
    }
}
