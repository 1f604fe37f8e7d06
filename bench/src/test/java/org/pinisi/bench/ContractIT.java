package org.pinisi.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What scripts rely on: `up`, `status --json`, `down`.
final class ContractIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @RegisterExtension
    static final Running running = new Running();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void statusTellsWhereThingsAre() {
        JsonNode status = JsonMapper.shared()
                .readTree(running.pinisi().run("status", "--json").output());

        assertThat(status.get("ready").asBoolean()).isTrue();
        assertThat(status.get("web").asString()).matches("http://127\\.0\\.0\\.1:[1-9]\\d*");
        assertThat(status.get("edge").asString()).matches("http://127\\.0\\.0\\.1:[1-9]\\d*");
        assertThat(status.get("git").asString()).isEqualTo(status.get("web").asString() + "/git/");
        assertThat(status.get("ssh").asString()).matches("ssh://git@127\\.0\\.0\\.1:[1-9]\\d*/");
        assertThat(status.get("data").asString())
                .isEqualTo(running.pinisi().data().toString());
        assertThat(ProcessHandle.of(status.get("pid").asLong())).isPresent();
    }

    @Test
    void upAgainSaysThatItRunsAlready() {
        Shell.Result up = up(running.pinisi(), Map.of());

        assertThat(up.code()).isZero();
        assertThat(up.output()).contains(running.pinisi().web());
        assertThat(running.pinisi().run("status", "--json").output())
                .contains("\"pid\":" + running.pinisi().controlPlane());
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "edge", "ssh"})
    void aTakenPortIsAMessageThatNamesTheFlag(String flag) throws IOException {
        Pinisi other = other("taken");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();

            Shell.Result up = up(other, Map.of(flag, address));

            assertThat(up.code()).isEqualTo(1);
            assertThat(up.output().strip())
                    .isEqualTo("pinisi: " + address + " is taken or not ours to use; choose another address with --"
                            + flag + " ADDR:PORT (port 0: any free one)");
        }
        assertThat(other.run("status").code()).isEqualTo(3);
        await().atMost(PATIENCE).until(() -> other.allProcesses().isEmpty());
    }

    @Test
    void anAddressThatIsNoneIsAMessageThatNamesTheFlag() {
        Shell.Result up = up(other("address"), Map.of("web", "127.0.0.1"));

        assertThat(up.code()).isEqualTo(2);
        assertThat(up.output()).contains("--web").contains("expected ADDR:PORT");
    }

    @Test
    void installationsLiveSideBySide() {
        running.liveNode("shared");
        try (Pinisi other = Pinisi.up(folder.resolve("data"))) {
            Repository app = TestApp.node(folder.resolve("app"));
            PushesUnderLoad.live(TestApp.version(app, 1, 2).push(other.git("shared"), "main"));

            assertThat(running.get("shared").body()).isEqualTo("v1");
            assertThat(Answer.get(other.edgePort(), "shared.localhost", "/").body())
                    .isEqualTo("v2");
        }
        assertThat(running.get("shared").body()).isEqualTo("v1");
    }

    @Test
    void whatIsNotUpIsExitCode3() {
        Pinisi down = other("nothing");

        assertThat(down.run("status").code()).isEqualTo(3);
        assertThat(down.run("apps").code()).isEqualTo(3);
        assertThat(down.run("apps").output()).contains("start with `pinisi up`");
        assertThat(folder.resolve("nothing")).doesNotExist();
    }

    @Test
    void downEndsEveryProcessAndUpBringsTheAppsBack() {
        Pinisi pinisi = Pinisi.up(folder.resolve("data"));
        PushesUnderLoad.live(TestApp.node(folder.resolve("app")).push(pinisi.git("app"), "main"));
        Repository site = Repository.init(folder.resolve("site"))
                .write("index.html", "a site")
                .commit("one");
        PushesUnderLoad.live(site.push(pinisi.git("site"), "main"));
        assertThat(pinisi.allProcesses()).hasSizeGreaterThanOrEqualTo(3);

        pinisi.close();

        assertThat(titles(pinisi)).isEmpty();
        assertThat(pinisi.run("status", "--json").output().strip()).isEqualTo("{\"ready\":false}");
        assertThat(pinisi.run("status").code()).isEqualTo(3);
        String git = pinisi.git("app");

        pinisi.up();

        try (pinisi) {
            assertThat(pinisi.git("app")).as("free ports stay").isEqualTo(git);
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(answer(pinisi, "app")).isEqualTo("v1");
                assertThat(answer(pinisi, "site")).isEqualTo("a site");
            });
            assertThat(pinisi.units("app")).hasSize(1);
        }
    }

    @Test
    void aKilledControlPlaneIsNoDown() {
        Pinisi pinisi = Pinisi.up(folder.resolve("data"));
        try (pinisi) {
            PushesUnderLoad.live(TestApp.node(folder.resolve("app")).push(pinisi.git("app"), "main"));
            long edge = pinisi.edge();
            List<Long> units = pinisi.units("app");

            kill(pinisi.controlPlane());

            assertThat(pinisi.run("status").code()).isEqualTo(3);
            assertThat(answer(pinisi, "app")).isEqualTo("v1");
            pinisi.up();
            assertThat(pinisi.edge()).isEqualTo(edge);
            assertThat(pinisi.units("app")).isEqualTo(units);
            assertThat(answer(pinisi, "app")).isEqualTo("v1");
        }
    }

    @Test
    void downAfterAKillEndsEdgeAndUnits() {
        Pinisi pinisi = Pinisi.up(folder.resolve("data"));
        PushesUnderLoad.live(TestApp.node(folder.resolve("app")).push(pinisi.git("app"), "main"));
        kill(pinisi.controlPlane());

        Shell.Result down = pinisi.run("down");

        assertThat(down.code()).as(down.output()).isZero();
        assertThat(titles(pinisi)).isEmpty();
        assertThat(pinisi.units("app")).isEmpty();
    }

    @Test
    void downOfWhatIsNotUpIsDone() {
        Pinisi pinisi = other("never");

        Shell.Result down = pinisi.run("down");

        assertThat(down.code()).isZero();
        assertThat(down.output()).contains("was not up");
    }

    private Pinisi other(String name) {
        return new Pinisi(Pinisi.home(), folder.resolve(name));
    }

    private static String answer(Pinisi pinisi, String app) {
        return Answer.get(pinisi.edgePort(), app + ".localhost", "/").body();
    }

    private static List<String> titles(Pinisi pinisi) {
        return pinisi.allProcesses().stream()
                .flatMap(process -> ProcessHandle.of(process).stream())
                .map(process ->
                        process.pid() + " " + process.info().commandLine().orElse("(ending)"))
                .toList();
    }

    private static void kill(long process) {
        Pinisi.kill(process);
        await().atMost(PATIENCE)
                .until(() ->
                        ProcessHandle.of(process).map(alive -> !alive.isAlive()).orElse(true));
    }

    /// @param addresses by flag; any free port for those not named
    private static Shell.Result up(Pinisi pinisi, Map<String, String> addresses) {
        List<String> arguments = new ArrayList<>(List.of("up", "--detach"));
        for (String flag : List.of("web", "edge", "ssh")) {
            arguments.add("--" + flag);
            arguments.add(addresses.getOrDefault(flag, "127.0.0.1:0"));
        }
        return pinisi.run(arguments.toArray(String[]::new));
    }
}
