package org.pinisi.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.process.Processes;

/// The whole host over its socket, with real programs, and killed without warning.
@Timeout(180)
final class HostIT {
    private static final UnitId WEB = new UnitId("web-r1-1");
    private static final String SERVER = "exec /usr/bin/python3 -u -m http.server --bind 127.0.0.1 \"$PORT\"";

    @TempDir
    Path folder;

    private final List<Process> hosts = new ArrayList<>();
    private Path data;
    private Path image;
    private Path socket;
    private HostClient client;

    @BeforeEach
    void furnish() throws IOException {
        Path root = folder.toRealPath();
        data = root.resolve("data");
        image = Files.createDirectories(data.resolve("images/one"));
        Files.writeString(image.resolve("index.html"), "hello");
        Files.writeString(data.resolve("database"), "not for apps");
        socket = root.resolve("run/host.sock");
        client = new HostClient(socket);
    }

    @AfterEach
    void clear() throws InterruptedException, IOException {
        if (hosts.stream().noneMatch(Process::isAlive)) {
            host();
        }
        for (UnitStatus unit : client.units()) {
            client.remove(unit.id());
        }
        client.close();
        for (Process host : hosts) {
            host.destroyForcibly();
            assertThat(host.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aUnitServesOnItsPortAndIsRemoved() throws IOException, InterruptedException {
        host();
        UnitStatus status = client.start(web(Map.of()));
        await().until(() -> Workbench.answers(status.port()));
        assertThat(client.units()).extracting(UnitStatus::id).containsExactly(WEB);
        assertThat(client.unit(WEB).orElseThrow().usage().memoryBytes()).isPositive();
        client.remove(WEB);
        assertThat(Workbench.answers(status.port())).isFalse();
        assertThat(client.unit(WEB)).isEmpty();
    }

    @Test
    void theSocketIsForItsOwnerAlone() throws IOException {
        host();
        assertThat(Files.getPosixFilePermissions(socket)).hasSize(2);
        assertThat(Files.getPosixFilePermissions(socket.getParent())).hasSize(3);
    }

    @Test
    void aHostKilledWithoutWarningLosesNoUnit() throws IOException, InterruptedException {
        Process first = host();
        UnitSpec spec = web(Map.of("TOKEN", "hush"));
        UnitStatus before = client.start(spec);
        await().until(() -> Workbench.answers(before.port()));
        kill(first);
        assertThat(Workbench.answers(before.port())).isTrue();
        assertThatThrownBy(() -> client.info())
                .asInstanceOf(type(HostException.class))
                .extracting(HostException::kind)
                .isEqualTo(HostException.Kind.UNREACHABLE);
        host();
        UnitStatus after = client.start(spec);
        assertThat(after.state()).isEqualTo(before.state());
        assertThat(after.port()).isEqualTo(before.port());
        assertThat(client.stop(WEB).running()).isFalse();
        assertThat(Workbench.answers(before.port())).isFalse();
    }

    @Test
    void aHostKilledAtAnyMomentNeverRunsAUnitTwice() throws IOException, InterruptedException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(20261121);
        for (int round = 0; round < 6; round++) {
            Process host = host();
            UnitSpec spec = unit("loop-r1-" + round, "echo up; exec sleep 300", OptionalLong.empty());
            Thread asking = Thread.ofVirtual().start(() -> startQuietly(spec));
            assertThat(host.waitFor(random.nextInt(80), TimeUnit.MILLISECONDS)).isFalse();
            kill(host);
            assertThat(asking.join(Duration.ofSeconds(30))).isTrue();
            Process next = host();
            client.start(spec);
            String instance = Files.readString(data.resolve("host/instance"));
            Processes processes = Processes.detect();
            assertThat(processes.find(Launcher.MARKER).stream()
                            .filter(found -> found.marker().value().equals(instance + "/" + spec.id()))
                            .filter(found -> commandLine(found.id().pid()).equals("sleep\0300\0"))
                            .count())
                    .isLessThanOrEqualTo(1);
            await().untilAsserted(
                            () -> assertThat(client.consoleTail(spec.id(), 10)).isNotEmpty());
            await().untilAsserted(() ->
                    assertThat(client.unit(spec.id()).orElseThrow().running()).isTrue());
            kill(next);
        }
    }

    @Test
    void closingAHostLeavesItsUnitsRunning() throws IOException, InterruptedException {
        Process first = host();
        UnitStatus status = client.start(web(Map.of()));
        await().until(() -> Workbench.answers(status.port()));
        first.getOutputStream().close();
        assertThat(first.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(first.exitValue()).isZero();
        assertThat(Workbench.answers(status.port())).isTrue();
        assertThat(socket).doesNotExist();
    }

    @Test
    void aConsoleIsFollowedLiveUntilTheEnd() throws IOException, InterruptedException {
        host();
        client.start(unit("talk-r1-1", "echo one; sleep 0.3; echo two", OptionalLong.empty()));
        UnitId id = new UnitId("talk-r1-1");
        StringBuilder text = new StringBuilder();
        try (ConsoleReader reader = client.console(id, 0, true)) {
            Optional<ConsoleChunk> chunk = reader.next();
            while (chunk.isPresent()) {
                text.append(chunk.get().text());
                chunk = reader.next();
            }
        }
        assertThat(text.toString()).startsWith("one\n").endsWith("two\n");
        assertThat(client.consoleTail(id, 1)).containsExactly("two");
    }

    @Test
    void errorsComeOverWithTheirKindAndWords() throws IOException, InterruptedException {
        host();
        assertThatThrownBy(() -> client.stop(WEB))
                .isInstanceOf(HostException.class)
                .hasMessage("there is no unit web-r1-1");
        client.start(web(Map.of()));
        assertThatThrownBy(() -> client.start(web(Map.of("TOKEN", "x"))))
                .asInstanceOf(type(HostException.class))
                .extracting(HostException::kind)
                .isEqualTo(HostException.Kind.CONFLICT);
        assertThatThrownBy(() -> client.consoleTail(WEB, 0))
                .asInstanceOf(type(HostException.class))
                .extracting(HostException::kind)
                .isEqualTo(HostException.Kind.INVALID);
    }

    @Test
    void stopAllStopsAll() throws IOException, InterruptedException {
        host();
        for (int i = 0; i < 3; i++) {
            client.start(unit("many-r1-" + i, "sleep 300", OptionalLong.empty()));
        }
        client.stopAll();
        assertThat(client.units()).hasSize(3).noneMatch(UnitStatus::running);
    }

    @Test
    void theHostTellsWhatItIs() throws IOException, InterruptedException {
        host();
        HostInfo info = client.info();
        assertThat(info.runtime()).isEqualTo("process");
        assertThat(info.memoryBytes()).isGreaterThan(info.memoryAvailableBytes());
        assertThat(info.diskAvailableBytes()).isPositive();
        assertThat(info.sandbox().detail()).isNotEmpty();
        assertThat(info.controlGroups().detail()).isNotEmpty();
    }

    @Test
    void aUnitSeesItsImageAndNothingElseOfTheDataFolder() throws IOException, InterruptedException {
        host();
        assumeTrue(client.info().sandbox().available(), client.info().sandbox().detail());
        UnitSpec spec = unit(
                "peek-r1-1",
                "cat index.html; echo; ls %1$s %1$s/host; cat %1$s/database; echo x > index.html; ls %2$s"
                        .formatted(data, socket.getParent()),
                OptionalLong.empty());
        client.start(spec);
        await().until(() -> !client.unit(spec.id()).orElseThrow().running());
        List<String> lines = client.consoleTail(spec.id(), 100);
        assertThat(lines).contains("hello", "images");
        assertThat(lines)
                .noneMatch(line -> line.contains("not for apps") || line.equals("units") || line.equals("consoles"));
        assertThat(image.resolve("index.html")).hasContent("hello");
        assertThat(client.unit(spec.id()).orElseThrow().warnings()).isEmpty();
    }

    @Test
    void aUnitBeyondItsMemoryIsKilledAndThatIsKnown() throws IOException, InterruptedException {
        host();
        assumeTrue(
                client.info().controlGroups().available(),
                client.info().controlGroups().detail());
        UnitSpec spec =
                unit("big-r1-1", "exec /usr/bin/python3 -c 'x = bytearray(256 << 20)'", OptionalLong.of(48 << 20));
        client.start(spec);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> client.unit(spec.id()).orElseThrow().lastExit().isPresent());
        assertThat(client.unit(spec.id()).orElseThrow().outOfMemory()).isTrue();
    }

    private Process host() throws IOException {
        List<String> line = List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                HostProcess.class.getName(),
                data.toString(),
                socket.toString());
        Process process = new ProcessBuilder(line)
                .redirectError(folder.resolve("host.err").toFile())
                .start();
        hosts.add(process);
        BufferedReader answers = process.inputReader();
        String answer = answers.readLine();
        while (answer != null && !answer.startsWith("ready")) {
            answer = answers.readLine();
        }
        assertThat(answer).as(Files.readString(folder.resolve("host.err"))).isNotNull();
        return process;
    }

    private void kill(Process host) throws InterruptedException {
        host.destroyForcibly();
        assertThat(host.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    private void startQuietly(UnitSpec spec) {
        try {
            client.start(spec);
        } catch (HostException | InterruptedException cutOff) {
            assertThat(cutOff).isNotNull();
        }
    }

    private UnitSpec web(Map<String, String> secrets) {
        return new UnitSpec(
                WEB,
                "web",
                1,
                image,
                List.of("sh", "-c", SERVER),
                Map.of(),
                secrets,
                OptionalLong.empty(),
                OptionalDouble.empty(),
                RestartPolicy.ON_FAILURE,
                Duration.ofSeconds(5));
    }

    private UnitSpec unit(String id, String script, OptionalLong memory) {
        return new UnitSpec(
                new UnitId(id),
                "demo",
                1,
                image,
                List.of("sh", "-c", script),
                Map.of(),
                Map.of(),
                memory,
                OptionalDouble.empty(),
                RestartPolicy.NEVER,
                Duration.ofSeconds(5));
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }
}
