package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Thousands of connections that have asked once and then do nothing: what each costs the proxy, how
/// requests of others are served meanwhile, and whether each is served again in the end.
///
/// The connections are h2load's: by its timing script each asks when it has connected, and again much later.
final class EdgeIdle {
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private final Path work;
    private final EdgeLoad load;
    private final EdgeOptions options;

    EdgeIdle(Path work, EdgeLoad load, EdgeOptions options) {
        this.work = work;
        this.load = load;
        this.options = options;
    }

    /// How long all connections may take to be made, and how long they then last at least.
    private Duration quiet() {
        return Duration.ofSeconds(options.idle() > 2_000 ? 22 : 8);
    }

    Figures.Sample run(EdgeRow row, PinnedServer server) {
        long memory = server.memory();
        long resident = server.residentMemory();
        Path output = work.resolve("idle.out");
        Process clients = start(row, server, output);
        try {
            awaitConnections(row, server, clients, output);
            long idleMemory = server.memory();
            double each = idleMemory - memory;
            double eachResident = server.residentMemory() - resident;
            EdgeLoad.Loaded loaded = load.run(row, server, options.time());
            if (!clients.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
                throw new BenchException("the idle connections did not end");
            }
            String said = Files.readString(output, StandardCharsets.UTF_8);
            LoadOutput.h2load(said, "http/1.1");
            String all = "requests: " + 2 * options.idle() + " total";
            if (!said.contains(all) || !said.contains(2 * options.idle() + " succeeded")) {
                throw new BenchException("not every idle connection was served again:\n" + said);
            }
            Map<String, Double> others = new LinkedHashMap<>();
            others.put("pss_kb_a_connection", each / options.idle() / 1024);
            others.put("rss_kb_a_connection", eachResident / options.idle() / 1024);
            return new Figures.Sample(loaded.run(), idleMemory, 0, loaded.load(), others);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", cancelled);
        } finally {
            clients.descendants().forEach(ProcessHandle::destroyForcibly);
            clients.destroyForcibly();
        }
    }

    private Process start(EdgeRow row, PinnedServer server, Path output) {
        String address = EdgeLoad.address(row, server) + row.path();
        Path script = work.resolve("idle.txt");
        String count = Integer.toString(options.idle());
        List<String> command = new ArrayList<>(List.of("taskset", "-c", "1", "h2load", "--h1", "-t", "1"));
        command.addAll(List.of("-c", count, "-n", Integer.toString(2 * options.idle()), "-m", "1"));
        command.addAll(List.of("--timing-script-file=" + script));
        try {
            Files.writeString(script, "0\t" + address + "\n" + quiet().toMillis() + "\t" + address + "\n");
            return new ProcessBuilder(command)
                    .directory(work.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        } catch (IOException failure) {
            throw new BenchException("cannot start " + command, failure);
        }
    }

    /// Waits until the proxy has accepted them all and the last of the answers must be there.
    private void awaitConnections(EdgeRow row, PinnedServer server, Process clients, Path output)
            throws InterruptedException, IOException {
        int port = URI.create(EdgeLoad.address(row, server)).getPort();
        long begin = System.nanoTime();
        while (established(port) < options.idle()) {
            if (!clients.isAlive() || System.nanoTime() - begin > quiet().toNanos()) {
                throw new BenchException("only " + established(port) + " of " + options.idle()
                        + " connections were made:\n" + Files.readString(output, StandardCharsets.UTF_8));
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
        // Handshakes and first answers of the last of them, and whatever the proxy tidies up after.
        TimeUnit.MILLISECONDS.sleep(quiet().toMillis() / 4);
    }

    /// How many connections to a local port there are, counted on the side that accepted them.
    private static long established(int port) throws IOException {
        String local = String.format(Locale.ROOT, ":%04X", port);
        long count = 0;
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            try (Stream<String> lines = Files.lines(Path.of(table), StandardCharsets.US_ASCII)) {
                count += lines.filter(line -> isEstablished(line, local)).count();
            }
        }
        return count;
    }

    /// `sl local_address rem_address st …`, with state 01 for established (proc_net_tcp).
    private static boolean isEstablished(String line, String local) {
        String[] fields = line.strip().split(" +");
        return fields.length > 3 && fields[1].endsWith(local) && fields[3].equals("01");
    }
}
