package org.pinisi.host;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.pinisi.http.Address;
import org.pinisi.http.HttpLimits;
import org.pinisi.http.HttpServer;
import org.pinisi.http.Loops;
import org.pinisi.process.Processes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs units on this machine: starts, watches, restarts and ends them, and keeps their consoles. Units outlive the
/// host; the next one over the same data folder adopts them.
///
/// It listens on a unix domain socket of mode 0600: whoever may open that may run programs as our user. Safe for any
/// number of threads.
public final class Host implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Host.class);
    private static final int LONGEST_SOCKET = 100;
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final Duration SLOWEST_ANSWER = Duration.ofMinutes(11);

    private final HostConfig config;
    private final HostCore core;
    private final Loops loops;
    private final HttpServer server;

    private Host(HostConfig config, HostCore core, Loops loops, HttpServer server) {
        this.config = config;
        this.core = core;
        this.loops = loops;
        this.server = server;
    }

    /// Starts a host: adopts the units that still run, starts those that should and do not, ends what should not,
    /// then listens.
    ///
    /// @throws HostException when another host works on the same data folder or socket, or a folder cannot be used
    /// @throws org.pinisi.process.ProcessException when the machine lacks what nothing works without
    public static Host start(HostConfig config) {
        return start(config, Processes.detect());
    }

    /// The same, with what was already found out about the machine.
    public static Host start(HostConfig config, Processes processes) {
        prepare(config.socket());
        HostCore core = HostCore.open(config, processes);
        Loops loops = Loops.create("host", 1);
        try {
            HttpLimits limits =
                    HttpLimits.defaults().withTimes(Duration.ofSeconds(10), SLOWEST_ANSWER, Duration.ofSeconds(30));
            HttpServer server = HttpServer.builder(Address.unix(config.socket()), new HostApi(core).handler(), loops)
                    .limits(limits)
                    .name("host")
                    .start();
            Files.setPosixFilePermissions(config.socket(), PosixFilePermissions.fromString("rw-------"));
            LOG.info(
                    "event=host-started socket={} units={}",
                    config.socket(),
                    core.units().count());
            return new Host(config, core, loops, server);
        } catch (IOException | RuntimeException failure) {
            loops.close();
            core.close();
            throw new HostException(
                    HostException.Kind.FAILED, "cannot listen at " + config.socket() + ": " + failure, failure);
        }
    }

    /// How it was set up.
    public HostConfig config() {
        return config;
    }

    /// Stops listening and watching. Units go on running.
    @Override
    public void close() {
        core.release();
        server.close(DRAIN);
        loops.close();
        core.close();
        try {
            Files.deleteIfExists(config.socket());
        } catch (IOException harmless) {
            LOG.debug("event=socket-not-deleted socket={} reason=\"{}\"", config.socket(), harmless.getMessage());
        }
    }

    /// Makes the socket's folder, and clears away the socket of a host that died.
    private static void prepare(Path socket) {
        if (socket.toString().length() > LONGEST_SOCKET) {
            throw new HostException(
                    HostException.Kind.INVALID,
                    "the socket's path has more than %d bytes, which the kernel does not take: %s"
                            .formatted(LONGEST_SOCKET, socket));
        }
        try {
            Path folder = socket.getParent();
            if (folder != null) {
                AtomicFiles.folder(folder);
            }
            if (Files.exists(socket) && answers(socket)) {
                throw new HostException(
                        HostException.Kind.CONFLICT,
                        "another host listens at " + socket + "; stop it first, or choose another socket");
            }
            Files.deleteIfExists(socket);
        } catch (IOException failure) {
            throw new HostException(
                    HostException.Kind.FAILED, "cannot prepare the socket " + socket + ": " + failure, failure);
        }
    }

    private static boolean answers(Path socket) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return probe.connect(UnixDomainSocketAddress.of(socket));
        } catch (ConnectException dead) {
            return false;
        }
    }
}
