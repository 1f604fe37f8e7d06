package org.pinisi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.pinisi.edge.EdgeClient;
import org.pinisi.edge.EdgeException;
import org.pinisi.edge.EdgeHealth;
import org.pinisi.http.Address;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The edge, which is a process of its own so that no death of ours touches traffic: found running or
/// started, watched, and started again when it dies.
final class EdgeProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EdgeProcess.class);
    private static final Duration START_WITHIN = Duration.ofSeconds(20);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(45);
    private static final Duration LOOK = Duration.ofMillis(25);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final int SHOWN_LINES = 5;

    private final DataFolder data;
    private final EdgeClient client;
    private final Listen listen;
    private final Optional<Listen> secure;
    private final List<String> flags;
    /// Present while it starts.
    private Optional<Process> starting;

    private Optional<Thread> watcher = Optional.empty();

    private EdgeProcess(
            DataFolder data,
            EdgeClient client,
            Listen listen,
            Optional<Listen> secure,
            List<String> flags,
            Optional<Process> starting) {
        this.data = data;
        this.client = client;
        this.listen = listen;
        this.secure = secure;
        this.flags = List.copyOf(flags);
        this.starting = starting;
    }

    /// Finds the edge of this data folder, or begins to start one; [#awaitReady] waits for it.
    ///
    /// @param wanted where it should listen; port 0: any
    /// @param tls where it should listen for TLS
    /// @param flags its further flags: on certificates, on HTTP/3
    static EdgeProcess begin(DataFolder data, Listen wanted, EdgeTlsWish tls, List<String> flags) {
        EdgeClient client = new EdgeClient(data.edgeSocket());
        Optional<EdgeHealth> running = Files.exists(data.edgeSocket()) ? health(client) : Optional.empty();
        if (running.isPresent()) {
            Listen there = listenOf(running.get());
            Optional<Listen> secure = firstOf(running.get().tlsAddresses());
            if (wanted.port() != 0 && !there.equals(wanted)) {
                client.close();
                throw elsewhere(there.toString(), wanted.toString(), "--edge");
            }
            if (!tls.allows(secure)) {
                client.close();
                throw elsewhere(
                        secure.map(Listen::toString).orElse("no address") + " for TLS", tls.toString(), "--edge-tls");
            }
            return new EdgeProcess(data, client, there, secure, flags, Optional.empty());
        }
        Listen listen = wanted.chosen(data, "edge");
        listen.refuseWhenTaken("edge");
        Optional<Listen> secure = tls.chosen(data, wanted);
        Process process = start(data, listen, secure, flags);
        data.remember("last-edge", Integer.toString(listen.port()));
        secure.ifPresent(there -> data.remember("last-edge-tls", Integer.toString(there.port())));
        return new EdgeProcess(data, client, listen, secure, flags, Optional.of(process));
    }

    private static CommandException elsewhere(String there, String wanted, String flag) {
        return new CommandException(
                ExitCodes.FAILED,
                "the edge of this data folder runs on %s, not on %s (%s); stop it with `pinisi down` first, or leave the flag out"
                        .formatted(there, wanted, flag));
    }

    /// Waits until it answers; from then on it is watched.
    void awaitReady() throws InterruptedException {
        long pid = awaitHealth(data, client, starting);
        starting = Optional.empty();
        watcher = Optional.of(Thread.ofVirtual().name("edge-watcher").start(() -> watch(pid)));
    }

    private static Process start(DataFolder data, Listen listen, Optional<Listen> secure, List<String> flags) {
        List<String> arguments =
                new ArrayList<>(List.of("--data", data.root().toString(), "edge", "--listen", listen.toString()));
        secure.ifPresent(there -> arguments.addAll(List.of("--listen-tls", there.toString())));
        arguments.addAll(flags);
        return Programs.start("edge", output(data), arguments);
    }

    private static Path output(DataFolder data) {
        return data.log().resolve("edge.out");
    }

    private static long awaitHealth(DataFolder data, EdgeClient client, Optional<Process> process)
            throws InterruptedException {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < START_WITHIN.toNanos()) {
            // An edge makes its socket when it is nearly ready; before that, asking only costs.
            Optional<EdgeHealth> health = Files.exists(data.edgeSocket()) ? health(client) : Optional.empty();
            if (health.isPresent()) {
                return health.get().pid();
            }
            if (process.isPresent() && !process.get().isAlive()) {
                throw new CommandException(
                        ExitCodes.FAILED,
                        "the edge did not start (exit code " + process.get().exitValue() + "): "
                                + lastLines(output(data)));
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        process.ifPresent(Process::destroyForcibly);
        throw new CommandException(
                ExitCodes.FAILED,
                "the edge did not answer within " + START_WITHIN.toSeconds() + " s: " + lastLines(output(data)));
    }

    private void watch(long first) {
        long pid = first;
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                awaitEnd(pid);
                log.warn("event=edge-ended pid={}", pid);
                try {
                    pid = awaitHealth(data, client, Optional.of(start(data, listen, secure, flags)));
                    pause = FIRST_PAUSE;
                    log.warn("event=edge-restarted pid={}", pid);
                } catch (CommandException failure) {
                    log.error("event=edge-not-restarted reason={}", failure.getMessage());
                    TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
                }
            }
        } catch (InterruptedException closed) {
            log.debug("event=edge-watch-closed");
        }
    }

    /// Looks itself: of a process that is not its child, as an adopted edge is, Java learns the end up
    /// to seconds late.
    private static void awaitEnd(long pid) throws InterruptedException {
        Optional<ProcessHandle> edge = ProcessHandle.of(pid);
        while (edge.isPresent() && edge.get().isAlive()) {
            TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        }
    }

    private static Optional<EdgeHealth> health(EdgeClient client) {
        try {
            return Optional.of(client.health());
        } catch (EdgeException away) {
            return Optional.empty();
        }
    }

    private static Listen listenOf(EdgeHealth health) {
        return firstOf(health.addresses())
                .orElseThrow(() -> new CommandException(
                        ExitCodes.FAILED, "the running edge listens on no TCP address; stop it with `pinisi down`"));
    }

    private static Optional<Listen> firstOf(List<Address> addresses) {
        for (Address address : addresses) {
            if (address instanceof Address.Inet(String host, int port)) {
                return Optional.of(new Listen(host, port));
            }
        }
        return Optional.empty();
    }

    static String lastLines(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        } catch (IOException unreadable) {
            return "see " + file;
        }
    }

    /// What speaks to it; closed with this.
    EdgeClient client() {
        return client;
    }

    /// Where it listens.
    Listen listen() {
        return listen;
    }

    /// Where it listens for TLS, if anywhere.
    Optional<Listen> secure() {
        return secure;
    }

    /// Ends the edge; its requests under way may end first.
    void stop() throws InterruptedException {
        watcher.ifPresent(Thread::interrupt);
        stop(client);
    }

    /// Ends the edge that answers to `client`; says whether there was one.
    static boolean stop(EdgeClient client) throws InterruptedException {
        Optional<EdgeHealth> running = health(client);
        if (running.isEmpty()) {
            return false;
        }
        long pid = running.get().pid();
        try {
            client.stop();
        } catch (EdgeException gone) {
            log.debug("event=edge-gone-while-stopping", gone);
        }
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty()) {
            return true;
        }
        try {
            process.get().onExit().get(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException stuck) {
            log.warn("event=edge-killed pid={}", pid);
            process.get().destroyForcibly();
        } catch (ExecutionException failure) {
            throw new IllegalStateException("cannot watch process " + pid, failure);
        }
        return true;
    }

    /// Stops watching; the edge runs on.
    @Override
    public void close() {
        watcher.ifPresent(Thread::interrupt);
        client.close();
    }
}
