package org.pinisi.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.pinisi.edge.EdgeClient;

/// Mixed load through an edge for an hour, or as long as is asked for: HTTP/1.1, HTTP/2, TLS, uploads,
/// large answers, server-sent events and WebSockets, at a bounded rate, while upstreams are replaced and
/// killed, routes turned and the certificate changed. Fails when an answer was wrong or lost, a buffer was
/// leaked, or the memory grows.
final class EdgeHour {
    static final String HELP = """
            bench/run edge-hour [--minutes=N] [--report=FILE] [--leaks]
              --minutes  how long (60)
              --report   where the figures go while it runs (bench/target/edge-hour.txt)
              --leaks    the edge looks after every buffer, which is slow""";

    /// Memory that may come with more connections at the moment of one sample, without being a trend.
    private static final double GROWTH = 1.15;
    private static final long SLACK = 12L << 20;
    private static final int MORE_FILES = 40;
    private static final int SAMPLES_FOR_A_TREND = 12;

    private final Path work;
    private final Duration time;
    private final boolean leaks;
    private final PrintWriter report;
    private final List<EdgeSample> samples = new CopyOnWriteArrayList<>();
    private final HourTally tally = new HourTally();

    private EdgeHour(Path work, Duration time, boolean leaks, PrintWriter report) {
        this.work = work;
        this.time = time;
        this.leaks = leaks;
        this.report = report;
    }

    static void run(Path work, List<String> arguments) throws InterruptedException {
        Duration time = Duration.ofMinutes(60);
        Path file = Pinisi.home().resolve("bench/target/edge-hour.txt");
        boolean leaks = false;
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            if (argument.startsWith("--minutes=")) {
                time = Duration.ofSeconds((long) (Double.parseDouble(value) * 60));
            } else if (argument.startsWith("--report=")) {
                file = Path.of(value);
            } else if (argument.equals("--leaks")) {
                leaks = true;
            } else {
                throw new BenchException("unknown option " + argument + "\n" + HELP);
            }
        }
        run(work, time, leaks, file);
    }

    /// @throws BenchException when a promise was broken
    static void run(Path work, Duration time, boolean leaks, Path file) throws InterruptedException {
        try {
            Files.createDirectories(file.toAbsolutePath().resolveSibling("."));
            try (PrintWriter report = new PrintWriter(Files.newBufferedWriter(file), true)) {
                new EdgeHour(work, time, leaks, report).run();
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void run() throws IOException, InterruptedException {
        BenchCertificate current = BenchCertificate.make(Files.createDirectories(work.resolve("current")), names());
        BenchCertificate first = copyOf(current, "first");
        BenchCertificate second = BenchCertificate.make(Files.createDirectories(work.resolve("second")), names());
        PinnedServer.Ports ports = PinnedServer.Ports.free();
        Process process = edge(current, ports);
        try (EdgeProbe edge = new EdgeProbe(process, work.resolve("edge.log"))) {
            edge.awaitPort(ports.plain());
            try (EdgeClient client = new EdgeClient(work.resolve("edge/admin.sock"));
                    HourUnits units = new HourUnits(client, tally)) {
                units.start();
                try (HourClients clients = new HourClients(
                        ports.plain(), ports.secure(), Trust.of(first.chain(), second.chain()), tally)) {
                    clients.start();
                    events(units, edge, new Certificates(current, List.of(first, second)));
                }
                settle(edge);
            }
        }
        end();
    }

    /// What is shown, and what is shown in turns.
    private record Certificates(BenchCertificate current, List<BenchCertificate> all) {
        void show(int index) throws IOException {
            BenchCertificate next = all.get(index % all.size());
            Files.copy(next.chain(), current.chain(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(next.key(), current.key(), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String[] names() {
        return HourUnits.ROUTES.stream().map(route -> route + ".localhost").toArray(String[]::new);
    }

    private BenchCertificate copyOf(BenchCertificate from, String name) throws IOException {
        Path folder = Files.createDirectories(work.resolve(name));
        BenchCertificate copy = new BenchCertificate(
                folder.resolve("chain.pem"), folder.resolve("key.pem"), folder.resolve("both.pem"));
        Files.copy(from.chain(), copy.chain());
        Files.copy(from.key(), copy.key());
        return copy;
    }

    private Process edge(BenchCertificate certificate, PinnedServer.Ports ports) throws IOException {
        List<String> flags = leaks
                ? List.of("-Dio.netty.leakDetection.level=paranoid", "-Dio.netty.leakDetection.targetRecords=8")
                : List.of();
        // Whether a slow client is sent away is looked at elsewhere; on a busy machine the clients here can be slow.
        Map<String, String> words = Map.of(
                "listen", "127.0.0.1:" + ports.plain(),
                "listen-tls", "127.0.0.1:" + ports.secure(),
                "routes-file", "routes.json",
                "admin-socket", "admin.sock",
                "access-log", "access.log",
                "head-time", "120s",
                "handshake-time", "120s",
                "idle-time", "120s");
        Path folder = Files.createDirectories(work.resolve("edge"));
        return new ProcessBuilder(BenchEdge.command(folder, certificate, flags, words))
                .redirectErrorStream(true)
                .start();
    }

    /// Something happens every few seconds; every kind of it to every route in turn.
    private void events(HourUnits units, EdgeProbe edge, Certificates certificates)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        long pause = Math.min(Duration.ofSeconds(10).toMillis(), time.toMillis() / 20);
        Thread sampler = Thread.ofVirtual().name("edge-sampler").start(() -> sample(edge));
        try {
            for (int event = 0; System.nanoTime() < end; event++) {
                String route = HourUnits.ROUTES.get(event % HourUnits.ROUTES.size());
                switch (event % 4) {
                    case 0 -> units.replace(route);
                    case 1 -> units.turn(route);
                    case 2 -> units.kill(route);
                    default -> {
                        certificates.show(event / 4 + 1);
                        edge.tell("certificate");
                    }
                }
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                TimeUnit.MILLISECONDS.sleep(Math.clamp(left, 0, pause));
            }
        } finally {
            sampler.interrupt();
            sampler.join();
        }
    }

    /// Sixty times at even distances, in a run of an hour or more each minute; until it is interrupted.
    private void sample(EdgeProbe edge) {
        try {
            while (true) {
                TimeUnit.NANOSECONDS.sleep(Math.min(Duration.ofMinutes(1).toNanos(), time.toNanos() / 60));
                EdgeSample sample = edge.sample();
                samples.add(sample);
                report.println(sample.text()
                        + String.format(
                                Locale.ROOT,
                                "  answered %d, wrong %d, lost %d, cut by kills %d",
                                tally.answered(),
                                tally.wrong(),
                                tally.lost(),
                                tally.cut()));
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /// All clients are gone: what is left is what is kept, or leaked.
    private void settle(EdgeProbe edge) throws InterruptedException {
        TimeUnit.SECONDS.sleep(6);
        report.println("after the load:");
        EdgeSample last = edge.sample();
        report.println(last.text());
    }

    private void end() throws IOException {
        List<String> broken = new ArrayList<>();
        report.print(tally.text());
        if (tally.wrong() > 0) {
            broken.add(tally.wrong() + " answers were wrong");
        }
        if (tally.lost() > 0) {
            broken.add(tally.lost() + " requests were lost");
        }
        if (tally.answered() == 0) {
            broken.add("nothing was answered");
        }
        try (Stream<String> lines = Files.lines(work.resolve("edge.log"), StandardCharsets.UTF_8)) {
            List<String> bad = lines.filter(line -> line.contains("LEAK") || line.contains("ERROR"))
                    .limit(20)
                    .toList();
            bad.forEach(report::println);
            if (!bad.isEmpty()) {
                broken.add("the edge complained: " + bad.getFirst());
            }
        }
        trend("resident memory", EdgeSample::resident, SLACK, broken);
        trend("heap", EdgeSample::heap, SLACK / 2, broken);
        trend("memory outside the heap", EdgeSample::direct, SLACK / 2, broken);
        trend("open files", EdgeSample::files, MORE_FILES, broken);
        String verdict = broken.isEmpty() ? "HELD: nothing wrong, nothing lost, nothing grew" : "BROKEN: " + broken;
        report.println(verdict);
        System.out.println(verdict);
        if (!broken.isEmpty()) {
            throw new BenchException(verdict + "\n" + tally.text());
        }
    }

    /// Compares the second quarter with the last: the first is still warming.
    private void trend(String name, ToLongFunction<EdgeSample> figure, long slack, List<String> broken) {
        if (samples.size() < SAMPLES_FOR_A_TREND) {
            return;
        }
        int quarter = samples.size() / 4;
        double early = samples.subList(quarter, 2 * quarter).stream()
                .mapToLong(figure)
                .average()
                .orElse(0);
        double late = samples.subList(samples.size() - quarter, samples.size()).stream()
                .mapToLong(figure)
                .average()
                .orElse(0);
        report.println(String.format(Locale.ROOT, "%s: second quarter %.0f, last quarter %.0f", name, early, late));
        if (late > early * GROWTH + slack) {
            broken.add(String.format(Locale.ROOT, "%s grew from %.0f to %.0f", name, early, late));
        }
    }
}
