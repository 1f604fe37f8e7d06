package org.pinisi.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.process.Exit;
import org.pinisi.process.Found;
import org.pinisi.process.Marker;
import org.pinisi.process.Running;

/// What the next host makes of what the last one left. A state on disk between two steps is made by hand.
@Timeout(120)
final class RecoveryTest {
    private static final UnitId ONE = new UnitId("demo-r7-1");
    private static final String SLEEP = "echo up; sleep 300";

    @TempDir
    Path folder;

    private Workbench bench;

    @BeforeEach
    void set() throws IOException {
        bench = new Workbench(folder);
    }

    @AfterEach
    void clear() throws InterruptedException, IOException {
        bench.close();
    }

    @Test
    void aRunningUnitIsAdoptedAndNotStartedTwice() throws InterruptedException {
        UnitStatus before = startAndLetGo(RestartPolicy.ALWAYS, SLEEP);
        HostCore next = bench.open();
        UnitStatus after = next.units().status(ONE).orElseThrow();
        assertThat(after.state()).isEqualTo(before.state());
        assertThat(after.port()).isEqualTo(before.port());
        assertThat(next.tail(ONE, 10)).containsExactly("up");
    }

    @Test
    void anAdoptedUnitIsTheSameForTheClient() throws InterruptedException {
        UnitSpec spec = bench.spec(ONE.value(), RestartPolicy.ALWAYS, Map.of("TOKEN", "hush"), SLEEP);
        try (HostCore first = bench.open()) {
            first.units().start(spec);
            await().until(() -> Workbench.console(first, ONE).equals("up"));
        }
        HostCore next = bench.open();
        next.units().start(spec);
        assertThat(next.tail(ONE, 10)).containsExactly("up");
    }

    @Test
    void anAdoptedUnitThatDiesIsStartedAgain() throws InterruptedException, IOException {
        startAndLetGo(RestartPolicy.ON_FAILURE, SLEEP);
        HostCore next = bench.open();
        killAll();
        await().until(() -> state(next) instanceof UnitState.BackingOff);
        bench.clock.move(Duration.ofSeconds(1));
        await().until(() -> state(next) instanceof UnitState.Running);
    }

    @Test
    void anAdoptedUnitIsStopped() throws InterruptedException, IOException {
        startAndLetGo(RestartPolicy.ALWAYS, SLEEP);
        HostCore next = bench.open();
        assertThat(next.units().stop(ONE).state()).isEqualTo(new UnitState.Stopped(new Exit.Unknown()));
        assertThat(bench.processes(ONE)).isEmpty();
    }

    @Test
    void aUnitThatDiedMeanwhileIsStartedAgain() throws InterruptedException, IOException {
        UnitStatus before = startAndLetGo(RestartPolicy.ON_FAILURE, SLEEP);
        killAll();
        await().until(() -> bench.processes(ONE).isEmpty());
        HostCore next = bench.open();
        await().until(() -> state(next) instanceof UnitState.Running);
        assertThat(next.units().status(ONE).orElseThrow().port()).isEqualTo(before.port());
    }

    @Test
    void aUnitThatIsNeverRestartedAndDiedMeanwhileStaysSo() throws InterruptedException, IOException {
        startAndLetGo(RestartPolicy.NEVER, SLEEP);
        killAll();
        await().until(() -> bench.processes(ONE).isEmpty());
        assertThat(state(bench.open())).isEqualTo(new UnitState.Stopped(new Exit.Unknown()));
    }

    @Test
    void afterAStartOfTheMachineAllWantedUnitsAreStarted() throws InterruptedException, IOException {
        startAndLetGo(RestartPolicy.NEVER, SLEEP);
        killAll();
        await().until(() -> bench.processes(ONE).isEmpty());
        rewrite("\"bootId\":\"[^\"]*\"", "\"bootId\":\"an-earlier-boot\"");
        HostCore next = bench.open();
        await().until(() -> state(next) instanceof UnitState.Running);
    }

    @Test
    void aProcessThatWasStartedButNotYetNotedIsAdopted() throws InterruptedException, IOException {
        UnitStatus before = startAndLetGo(RestartPolicy.ALWAYS, SLEEP);
        rewrite("\"process\":\\{[^}]*\\},", "");
        HostCore next = bench.open();
        assertThat(((UnitState.Running) state(next)).pid()).isEqualTo(((UnitState.Running) before.state()).pid());
        assertThat(next.tail(ONE, 10)).containsExactly("up");
    }

    @Test
    void aUnitThatWasNotedButNotYetStartedIsStarted() throws InterruptedException, IOException {
        startAndLetGo(RestartPolicy.NEVER, SLEEP);
        killAll();
        await().until(() -> bench.processes(ONE).isEmpty());
        rewrite("\"process\":\\{[^}]*\\},", "");
        HostCore next = bench.open();
        await().until(() -> state(next) instanceof UnitState.Running);
    }

    @Test
    void aStopThatWasCutOffIsFinished() throws InterruptedException, IOException {
        startAndLetGo(RestartPolicy.ALWAYS, SLEEP);
        rewrite("\"wish\":\"RUN\"", "\"wish\":\"STOP\"");
        HostCore next = bench.open();
        await().until(() -> state(next) instanceof UnitState.Stopped);
        assertThat(bench.processes(ONE)).isEmpty();
    }

    @Test
    void aRemovalThatWasCutOffIsFinished() throws InterruptedException, IOException {
        startAndLetGo(RestartPolicy.ALWAYS, SLEEP);
        rewrite("\"wish\":\"RUN\"", "\"wish\":\"REMOVE\"");
        HostCore next = bench.open();
        await().until(() -> next.units().status(ONE).isEmpty());
        assertThat(bench.processes(ONE)).isEmpty();
        assertThat(bench.data.resolve("host/units")).isEmptyDirectory();
    }

    @Test
    void aStoppedUnitStaysStopped() throws InterruptedException {
        try (HostCore first = bench.open()) {
            first.units().start(bench.spec(ONE.value(), RestartPolicy.ALWAYS, SLEEP));
            first.units().stop(ONE);
        }
        assertThat(state(bench.open())).isInstanceOf(UnitState.Stopped.class);
    }

    @Test
    void aRemovedUnitStaysRemoved() throws InterruptedException {
        try (HostCore first = bench.open()) {
            first.units().start(bench.spec(ONE.value(), RestartPolicy.ALWAYS, SLEEP));
            first.units().remove(ONE);
        }
        assertThat(bench.open().units().count()).isZero();
    }

    @Test
    void processesOfAUnitThatNobodyKnowsAreEnded() throws InterruptedException, IOException {
        startAndLetGo(RestartPolicy.ALWAYS, SLEEP);
        Files.delete(file());
        HostCore next = bench.open();
        assertThat(next.units().count()).isZero();
        assertThat(bench.processes(ONE)).isEmpty();
    }

    @Test
    void processesThatOutlivedTheirUnitAreEndedBeforeItIsStartedAgain() throws InterruptedException, IOException {
        UnitStatus before = startAndLetGo(RestartPolicy.ALWAYS, SLEEP);
        Marker marker = bench.processes(ONE).getFirst().marker();
        Running leader = bench.processes
                .adopt(
                        bench.processes(ONE).stream()
                                .map(Found::id)
                                .filter(id -> id.pid() == ((UnitState.Running) before.state()).pid())
                                .findFirst()
                                .orElseThrow(),
                        marker)
                .orElseThrow();
        ProcessHandle.of(leader.pid()).ifPresent(ProcessHandle::destroyForcibly);
        await().until(() -> !leader.isAlive());
        HostCore next = bench.open();
        await().until(() -> state(next) instanceof UnitState.Running);
        await().untilAsserted(() -> assertThat(next.tail(ONE, 10)).containsExactly("up", "up"));
    }

    @Test
    void aDamagedFileIsReportedAndItsUnitLeftAlone() throws InterruptedException, IOException {
        startAndLetGo(RestartPolicy.ALWAYS, SLEEP);
        String good = Files.readString(file());
        Files.writeString(file(), good.substring(0, 40));
        try (HostCore next = bench.open()) {
            assertThat(next.units().count()).isZero();
            assertThat(next.info().warnings())
                    .anyMatch(warning -> warning.startsWith("the unit demo-r7-1 is left alone"));
            assertThat(bench.processes(ONE)).isNotEmpty();
        }
        Files.writeString(file(), good);
    }

    @Test
    void twoHostsDoNotShareAFolder() {
        HostCore first = bench.open();
        assertThat(first.units().count()).isZero();
        assertThatThrownBy(bench::open).isInstanceOf(HostException.class).hasMessageContaining("another host works on");
    }

    private UnitStatus startAndLetGo(RestartPolicy restart, String script) throws InterruptedException {
        try (HostCore first = bench.open()) {
            UnitStatus status = first.units().start(bench.spec(ONE.value(), restart, script));
            await().until(() -> Workbench.console(first, ONE).equals("up"));
            return status;
        }
    }

    private UnitState state(HostCore core) {
        return core.units().status(ONE).orElseThrow().state();
    }

    private void killAll() throws IOException {
        for (Found found : bench.processes(ONE)) {
            ProcessHandle.of(found.id().pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    private Path file() {
        return bench.data.resolve("host/units/" + ONE + ".json");
    }

    private void rewrite(String pattern, String replacement) throws IOException {
        String before = Files.readString(file());
        String after = before.replaceFirst(pattern, replacement);
        assertThat(after).isNotEqualTo(before);
        Files.writeString(file(), after);
    }
}
