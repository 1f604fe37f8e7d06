package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// A server that runs for the bench, held to one core, on loopback ports of its own.
final class PinnedServer implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration END = Duration.ofSeconds(10);
    /// USER_HZ, in which /proc/PID/stat counts; fixed on Linux.
    private static final double TICKS_A_SECOND = 100;

    private final String name;
    private final Process process;
    private final Path log;
    private final Ports ports;
    private final double startSeconds;

    private PinnedServer(String name, Process process, Path log, Ports ports, double startSeconds) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.ports = ports;
        this.startSeconds = startSeconds;
    }

    /// Two loopback ports that were free a moment ago.
    ///
    /// @param secure the same as `plain` where there is no TLS
    record Ports(int plain, int secure) {
        static Ports free() {
            try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    ServerSocket secure = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return new Ports(plain.getLocalPort(), secure.getLocalPort());
            } catch (IOException failure) {
                throw new BenchException("no free port", failure);
            }
        }
    }

    /// Starts a server on core 0 and returns when both its ports take connections.
    ///
    /// @param command stays in the foreground
    static PinnedServer start(
            String name, Path work, Ports ports, Map<String, String> environment, List<String> command) {
        return start(name, 0, work, ports, environment, command);
    }

    /// The same on another core.
    static PinnedServer start(
            String name, int core, Path work, Ports ports, Map<String, String> environment, List<String> command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        pinned.addAll(command);
        Path log = work.resolve(name + ".log");
        long begin = System.nanoTime();
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(pinned)
                    .directory(work.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment().putAll(environment);
            process = builder.start();
        } catch (IOException failure) {
            throw new BenchException("cannot start " + command, failure);
        }
        PinnedServer starting = new PinnedServer(name, process, log, ports, 0);
        try {
            starting.await(ports.plain, begin);
            starting.await(ports.secure, begin);
        } catch (RuntimeException failure) {
            starting.close();
            throw failure;
        }
        return new PinnedServer(name, process, log, ports, (System.nanoTime() - begin) / 1e9);
    }

    private void await(int port, long begin) {
        while (!takes(port)) {
            if (!process.isAlive() || System.nanoTime() - begin > READY.toNanos()) {
                throw new BenchException(name + " did not come up:\n" + said());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    private static boolean takes(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private String said() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// From the start of its process to its taking connections.
    double startSeconds() {
        return startSeconds;
    }

    String address(boolean secure) {
        return secure ? "https://127.0.0.1:" + ports.secure : "http://127.0.0.1:" + ports.plain;
    }

    Ports ports() {
        return ports;
    }

    /// Processor time of all its processes until now, user and system, in seconds.
    double processorSeconds() {
        return processes()
                .mapToDouble(pid -> {
                    String stat = read(pid, "stat");
                    // The name, in brackets, may hold blanks.
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
                })
                .sum();
    }

    /// Memory of all its processes, what they share counted once (PSS), in bytes.
    long memory() {
        return memory("Pss:");
    }

    /// Memory of all its processes, each with all it can reach (RSS), in bytes.
    long residentMemory() {
        return memory("Rss:");
    }

    private long memory(String kind) {
        return processes()
                        .mapToLong(pid -> read(pid, "smaps_rollup")
                                .lines()
                                .filter(line -> line.startsWith(kind))
                                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                                .sum())
                        .sum()
                * 1024;
    }

    private Stream<Long> processes() {
        if (!process.isAlive()) {
            throw new BenchException(name + " has ended by itself:\n" + said());
        }
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid);
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        children.forEach(ProcessHandle::destroyForcibly);
    }
}
