package org.pinisi.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Talks to a [BenchEdge], and ends it. Thread-safe.
final class EdgeProbe implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Pattern MEMORY = Pattern.compile("memory heap=(\\d+) direct=(\\d+)");

    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final Process process;
    private final Path log;
    private final BlockingQueue<Matcher> answers = new LinkedBlockingQueue<>();
    private final long begin = System.nanoTime();

    /// @param process its two outputs in one
    /// @param log where all that it says goes, but for its answers
    EdgeProbe(Process process, Path log) {
        this.process = process;
        this.log = log;
        Thread.ofVirtual().name("edge-output").start(this::listen);
    }

    private void listen() {
        try (BufferedReader said =
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
                PrintWriter kept = new PrintWriter(Files.newBufferedWriter(log), true)) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                Matcher memory = MEMORY.matcher(line);
                if (memory.find()) {
                    answers.add(memory);
                } else {
                    kept.println(line);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    void awaitPort(int port) throws IOException {
        while (true) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
                return;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() - begin > READY.toNanos()) {
                    throw new BenchException("the edge did not come up:\n" + Files.readString(log), notYet);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    synchronized void tell(String command) throws IOException {
        OutputStream commands = process.getOutputStream();
        commands.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
        commands.flush();
    }

    /// @throws BenchException if the edge has ended, or does not answer
    synchronized EdgeSample sample() throws InterruptedException {
        try {
            tell("memory");
            Matcher memory = answers.poll(ANSWER.toSeconds(), TimeUnit.SECONDS);
            if (memory == null) {
                throw new BenchException("the edge does not answer any more:\n" + Files.readString(log));
            }
            return new EdgeSample(
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin),
                    Pinisi.memory(process.pid()),
                    Long.parseLong(memory.group(1)),
                    Long.parseLong(memory.group(2)),
                    openFiles());
        } catch (IOException failure) {
            throw new BenchException("the edge has ended", failure);
        }
    }

    private long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return files.count();
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
