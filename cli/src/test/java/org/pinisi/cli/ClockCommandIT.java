package org.pinisi.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `pinisi clock` as a process of its own, from the jars of the dist folder.
final class ClockCommandIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern LISTENING = Pattern.compile("INFO  application listening on address=\".*:(\\d+)\"");

    @TempDir
    private Path folder = Path.of("");

    private final List<Shell.Started> started = new ArrayList<>();

    private Shell.Started clock(Map<String, String> environment, String port) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String arguments = "@" + Path.of("target/dist/edge.args").toAbsolutePath();
        List<String> command =
                List.of(java, arguments, "org.pinisi.cli.Main", "clock", "--ips", "127.0.0.1", "--port", port);
        Shell.Started clock = new Shell(folder, environment).start(command);
        started.add(clock);
        return clock;
    }

    @AfterEach
    void end() {
        started.forEach(each -> each.process().destroyForcibly());
    }

    private static int port(Shell.Started clock) {
        return await().atMost(PATIENCE)
                .until(
                        () -> {
                            Matcher line = LISTENING.matcher(Files.readString(clock.err(), UTF_8));
                            return line.find() ? Integer.parseInt(line.group(1)) : 0;
                        },
                        port -> port > 0);
    }

    private static String ask(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            socket.getOutputStream()
                    .write("GET /now HTTP/1.1\r\nHost: clock\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    @Test
    void itTellsTheTimeAndLogsEachAnswer() throws Exception {
        Shell.Started clock = clock(Map.of(), "0");

        String answer = ask(port(clock));

        assertThat(answer).startsWith("HTTP/1.1 200 OK");
        assertThat(answer).containsPattern("\\{ \"time\": \"\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d \\+00:00\" }$");
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(clock.err()).content().contains("INFO  http responding to peer=\"127.0.0.1:"));
    }

    @Test
    void theEnvironmentSetsTheLogLevels() throws Exception {
        Shell.Started clock = clock(Map.of("MIRAGE_LOGS", "*:info,http:warning"), "0");

        ask(port(clock));

        assertThat(clock.err()).content().doesNotContain("responding to");
    }

    @Test
    void onSigtermItStopsInOrder() throws Exception {
        Shell.Started clock = clock(Map.of(), "0");
        port(clock);

        clock.process().destroy();
        Shell.Result result = clock.result();

        assertThat(result.exitCode()).isEqualTo(128 + 15);
        assertThat(result.err()).contains("INFO  application stopped");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void aPortInUseIsOneClearLine() throws Exception {
        int taken = port(clock(Map.of(), "0"));

        Shell.Result second = clock(Map.of(), "" + taken).result();

        assertThat(second.exitCode()).isOne();
        assertThat(second.err())
                .startsWith("pinisi: cannot listen on 127.0.0.1:" + taken)
                .hasLineCount(1);
    }
}
