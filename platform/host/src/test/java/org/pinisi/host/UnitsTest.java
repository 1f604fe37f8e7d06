package org.pinisi.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.process.Exit;
import org.pinisi.process.Found;

@Timeout(120)
final class UnitsTest {
    private static final UnitId ONE = new UnitId("demo-r7-1");
    private static final String SLEEP = "sleep 300";

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
    void aStartedUnitRunsWithItsEnvironmentInItsImage() throws InterruptedException {
        HostCore core = bench.open();
        String script = "echo $PORT $PINISI_APP $PINISI_RELEASE $PINISI_UNIT \"$GREETING\" $TOKEN; cat page; sleep 300";
        UnitStatus status =
                core.units().start(bench.spec(ONE.value(), RestartPolicy.NEVER, Map.of("TOKEN", "hush"), script));
        assertThat(status.running()).isTrue();
        assertThat(status.address()).isEqualTo("127.0.0.1:" + status.port());
        await().untilAsserted(() -> assertThat(Workbench.console(core, ONE))
                .isEqualTo(status.port() + " demo 7 demo-r7-1 good day hush\nhello"));
    }

    @Test
    void nothingOfOurOwnEnvironmentLeaksIn() throws InterruptedException {
        HostCore core = bench.open();
        core.units().start(bench.spec(ONE.value(), RestartPolicy.NEVER, "/usr/bin/env | sed 's/=.*//' | sort"));
        await().until(() -> core.units().over(ONE));
        Set<String> expected = new HashSet<>(List.of(
                "GREETING", "HOME", "JAVA_HOME", "LANG", "PATH", "PINISI_APP", "PINISI_HOST_UNIT", "PINISI_RELEASE"));
        expected.addAll(List.of("PINISI_UNIT", "PORT", "TMPDIR"));
        Set<String> allowed = Set.of("PWD", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "OLDPWD");
        Set<String> seen = new HashSet<>(core.tail(ONE, 100));
        seen.removeAll(allowed);
        assertThat(seen).isEqualTo(expected);
    }

    @Test
    void startingTheSameAgainChangesNothing() throws InterruptedException {
        HostCore core = bench.open();
        UnitSpec spec = bench.spec(ONE.value(), RestartPolicy.NEVER, Map.of("TOKEN", "hush"), SLEEP);
        UnitStatus first = core.units().start(spec);
        assertThat(core.units().start(spec).state()).isEqualTo(first.state());
        assertThat(core.units().count()).isEqualTo(1);
    }

    @Test
    void anotherSpecificationOfTheSameNameIsAConflict() throws InterruptedException {
        HostCore core = bench.open();
        core.units().start(bench.spec(ONE.value(), RestartPolicy.NEVER, Map.of("TOKEN", "hush"), SLEEP));
        UnitSpec other = bench.spec(ONE.value(), RestartPolicy.NEVER, Map.of("TOKEN", "other"), SLEEP);
        assertThatThrownBy(() -> core.units().start(other))
                .asInstanceOf(type(HostException.class))
                .extracting(HostException::kind)
                .isEqualTo(HostException.Kind.CONFLICT);
    }

    @Test
    void aProgramThatDoesNotExistIsAnErrorAndLeavesNothing() {
        HostCore core = bench.open();
        UnitSpec good = bench.spec(ONE.value(), RestartPolicy.ALWAYS, SLEEP);
        UnitSpec bad = new UnitSpec(
                ONE,
                good.app(),
                1,
                good.image(),
                List.of("no-such-program"),
                Map.of(),
                Map.of(),
                good.memoryBytes(),
                good.cpus(),
                good.restart(),
                good.grace());
        assertThatThrownBy(() -> core.units().start(bad))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("there is no such program along PATH=");
        assertThat(core.units().count()).isZero();
        assertThat(bench.data.resolve("host/units")).isEmptyDirectory();
    }

    @Test
    void stopEndsEveryProcessAndKeepsTheUnitKnown() throws InterruptedException, IOException {
        HostCore core = bench.open();
        core.units().start(bench.spec(ONE.value(), RestartPolicy.ALWAYS, "setsid sleep 300 & sleep 300"));
        UnitStatus status = core.units().stop(ONE);
        assertThat(status.state()).isInstanceOf(UnitState.Stopped.class);
        assertThat(bench.processes(ONE)).isEmpty();
        assertThat(core.units().stop(ONE).state()).isEqualTo(status.state());
    }

    @Test
    void aStoppedUnitIsStartedAgainOnItsPort() throws InterruptedException {
        HostCore core = bench.open();
        UnitSpec spec = bench.spec(ONE.value(), RestartPolicy.ALWAYS, SLEEP);
        int port = core.units().start(spec).port();
        core.units().stop(ONE);
        UnitStatus again = core.units().start(spec);
        assertThat(again.running()).isTrue();
        assertThat(again.port()).isEqualTo(port);
    }

    @Test
    void whoIgnoresTermIsKilledAfterItsGrace() throws InterruptedException {
        HostCore core = bench.open();
        core.units()
                .start(bench.spec(
                        ONE.value(), RestartPolicy.ALWAYS, "trap '' TERM; echo up; while :; do sleep 1; done"));
        await().until(() -> Workbench.console(core, ONE).equals("up"));
        assertThat(core.units().stop(ONE).lastExit()).contains(new Exit.Signal(9));
    }

    @Test
    void aRemovedUnitIsForgottenButItsConsoleIsKept() throws InterruptedException, IOException {
        HostCore core = bench.open();
        core.units().start(bench.spec(ONE.value(), RestartPolicy.ALWAYS, "echo last words; sleep 300"));
        await().until(() -> Workbench.console(core, ONE).equals("last words"));
        core.units().remove(ONE);
        core.units().remove(ONE);
        assertThat(core.units().status(ONE)).isEmpty();
        assertThat(bench.processes(ONE)).isEmpty();
        assertThat(core.tail(ONE, 1)).containsExactly("last words");
        assertThat(bench.data.resolve("host/scratch")).isEmptyDirectory();
    }

    @Test
    void onlySoManyConsolesOfRemovedUnitsAreKept() throws InterruptedException {
        HostCore core = bench.open();
        for (int i = 1; i <= 4; i++) {
            UnitId id = new UnitId("demo-" + i);
            core.units().start(bench.spec(id.value(), RestartPolicy.NEVER, "echo x"));
            await().until(() -> core.units().over(id));
            core.units().remove(id);
        }
        assertThat(core.tail(new UnitId("demo-4"), 1)).containsExactly("x");
        assertThat(core.tail(new UnitId("demo-1"), 1)).isEmpty();
    }

    @Test
    void theFirstDeathIsSeenAtOnceAndTheRestartWaits() throws InterruptedException {
        HostCore core = bench.open();
        core.units().start(bench.spec(ONE.value(), RestartPolicy.ON_FAILURE, "echo run; exit 3"));
        await().untilAsserted(() -> assertThat(state(core))
                .isEqualTo(new UnitState.BackingOff(bench.clock.instant().plusSeconds(1), 0, new Exit.Code(3))));
        assertThat(core.tail(ONE, 10)).containsExactly("run");
        bench.clock.move(Duration.ofSeconds(1));
        await().untilAsserted(() -> assertThat(state(core))
                .isEqualTo(new UnitState.BackingOff(bench.clock.instant().plusSeconds(2), 1, new Exit.Code(3))));
        assertThat(core.tail(ONE, 10)).containsExactly("run", "run");
    }

    @Test
    void successIsNoReasonToRestartOnFailure() throws InterruptedException {
        HostCore core = bench.open();
        core.units().start(bench.spec(ONE.value(), RestartPolicy.ON_FAILURE, "exit 0"));
        await().untilAsserted(() -> assertThat(state(core)).isEqualTo(new UnitState.Stopped(new Exit.Code(0))));
    }

    @Test
    void afterAMinuteUpTheCountBeginsAnew() throws InterruptedException, IOException {
        HostCore core = bench.open();
        core.units()
                .start(bench.spec(
                        ONE.value(),
                        RestartPolicy.ALWAYS,
                        "test -e $HOME/again && sleep 300; touch $HOME/again; exit 1"));
        await().until(() -> state(core) instanceof UnitState.BackingOff);
        bench.clock.move(Duration.ofSeconds(1));
        await().until(() -> state(core) instanceof UnitState.Running);
        bench.clock.move(Duration.ofSeconds(61));
        killAll();
        await().untilAsserted(() -> assertThat(state(core))
                .asInstanceOf(type(UnitState.BackingOff.class))
                .extracting(UnitState.BackingOff::restarts)
                .isEqualTo(0));
    }

    @RepeatedTest(10)
    void aUnitThatBacksOffCanBeStopped() throws InterruptedException {
        HostCore core = bench.open();
        core.units().start(bench.spec(ONE.value(), RestartPolicy.ALWAYS, "exit 1"));
        await().until(() -> state(core) instanceof UnitState.BackingOff);
        assertThat(core.units().stop(ONE).state()).isEqualTo(new UnitState.Stopped(new Exit.Code(1)));
    }

    @Test
    void portsAreNeverGivenTwice() throws InterruptedException {
        HostCore core = bench.open();
        Set<Integer> ports = new HashSet<>();
        for (int i = 1; i <= 8; i++) {
            ports.add(core.units()
                    .start(bench.spec("demo-" + i, RestartPolicy.NEVER, SLEEP))
                    .port());
        }
        core.units().remove(new UnitId("demo-1"));
        ports.add(core.units()
                .start(bench.spec("demo-9", RestartPolicy.NEVER, SLEEP))
                .port());
        assertThat(ports).hasSize(9);
    }

    @Test
    void aPortThatAnotherProgramTookMeanwhileIsReplaced() throws InterruptedException, IOException {
        HostCore core = bench.open();
        UnitSpec spec = bench.spec(ONE.value(), RestartPolicy.NEVER, SLEEP);
        int before = core.units().start(spec).port();
        core.units().stop(ONE);
        try (ServerSocket intruder = new ServerSocket(before, 1, InetAddress.getLoopbackAddress())) {
            assertThat(intruder.isBound()).isTrue();
            assertThat(core.units().start(spec).port()).isNotEqualTo(before);
        }
    }

    @Test
    void secretsAreInNoFile() throws InterruptedException, IOException {
        HostCore core = bench.open();
        UnitSpec spec = bench.spec(ONE.value(), RestartPolicy.NEVER, Map.of("TOKEN", "hush-hush"), SLEEP);
        core.units().start(spec);
        try (Stream<Path> files = Files.walk(bench.data)) {
            assertThat(files.filter(Files::isRegularFile)).noneMatch(file -> Workbench.contains(file, "hush-hush"));
        }
        assertThat(spec.toString()).contains("TOKEN").doesNotContain("hush-hush");
        assertThat(core.units().all().toString()).doesNotContain("hush-hush");
    }

    @Test
    void aConsoleIsFollowedToItsEnd() throws InterruptedException {
        HostCore core = bench.open();
        core.units()
                .start(bench.spec(
                        ONE.value(),
                        RestartPolicy.NEVER,
                        "i=0; while [ $i -lt 20000 ]; do echo line $i; i=$((i+1)); done"));
        StringBuilder text = new StringBuilder();
        ConsoleChunk chunk = core.console(ONE, 0, Workbench.PATIENCE);
        while (chunk.bytes().length > 0) {
            text.append(chunk.text());
            chunk = core.console(ONE, chunk.next(), Workbench.PATIENCE);
        }
        assertThat(chunk.ended()).isTrue();
        assertThat(text.toString().lines()).hasSize(20_000).last().isEqualTo("line 19999");
    }

    private UnitState state(HostCore core) {
        return core.units().status(ONE).orElseThrow().state();
    }

    private void killAll() throws IOException {
        for (Found found : bench.processes(ONE)) {
            ProcessHandle.of(found.id().pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }
}
