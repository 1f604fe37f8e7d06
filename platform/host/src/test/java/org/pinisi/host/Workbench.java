package org.pinisi.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.pinisi.process.Found;
import org.pinisi.process.Processes;
import org.pinisi.vault.Vault;

/// A data folder, an image and hosts over them, for one test; [#close] ends whatever units it left.
final class Workbench {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /// A clock that stands still until it is moved.
    static final class HandClock implements InstantSource {
        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        void move(Duration by) {
            now = now.plus(by);
        }
    }

    final Processes processes = Processes.detect();
    final HandClock clock = new HandClock();
    final Path folder;
    final Path data;
    final Path image;
    private final List<HostCore> cores = new ArrayList<>();

    Workbench(Path folder) throws IOException {
        this.folder = folder.toRealPath();
        data = this.folder.resolve("data");
        image = Files.createDirectories(data.resolve("images/one"));
        Files.writeString(image.resolve("page"), "hello");
    }

    HostConfig config() {
        return config(HostConfig.DEFAULT_CONSOLE_BYTES);
    }

    HostConfig config(long consoleBytes) {
        return new HostConfig(
                data.resolve("host"),
                data.resolve("run/host.sock"),
                Vault.open(folder.resolve("keys/key")),
                List.of(data),
                List.of(),
                consoleBytes,
                2,
                clock);
    }

    HostCore open() {
        return open(config());
    }

    HostCore open(HostConfig config) {
        HostCore core = HostCore.open(config, processes);
        cores.add(core);
        return core;
    }

    UnitSpec spec(String id, RestartPolicy restart, String script) {
        return spec(id, restart, Map.of(), script);
    }

    UnitSpec spec(String id, RestartPolicy restart, Map<String, String> secrets, String script) {
        return new UnitSpec(
                new UnitId(id),
                "demo",
                7,
                image,
                List.of("sh", "-c", script),
                Map.of("GREETING", "good day"),
                secrets,
                OptionalLong.empty(),
                OptionalDouble.empty(),
                restart,
                Duration.ofSeconds(2));
    }

    /// Living processes of a unit that carry its marker.
    List<Found> processes(UnitId id) throws IOException {
        String instance = Files.readString(data.resolve("host/instance"));
        return processes.find(Launcher.MARKER).stream()
                .filter(found -> found.marker().value().equals(instance + "/" + id))
                .toList();
    }

    static boolean answers(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    static String console(HostCore core, UnitId id) {
        return String.join("\n", core.tail(id, 1000));
    }

    static boolean contains(Path file, String text) {
        try {
            return new String(Files.readAllBytes(file), UTF_8).contains(text);
        } catch (IOException unreadable) {
            return false;
        }
    }

    void close() throws InterruptedException, IOException {
        cores.forEach(HostCore::close);
        try (HostCore last = HostCore.open(config(), processes)) {
            for (UnitId id : last.units().ids()) {
                last.units().remove(id);
            }
        }
    }
}
