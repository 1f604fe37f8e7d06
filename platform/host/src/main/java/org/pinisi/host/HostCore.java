package org.pinisi.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.pinisi.process.Processes;

/// The host without its socket: everything that it does.
final class HostCore implements AutoCloseable {
    private static final int INSTANCE_BYTES = 16;
    private static final Duration CONSOLE_LOOK = Duration.ofMillis(50);

    private final HostConfig config;
    private final Processes processes;
    private final FileChannel lockFile;
    private final String instance;
    private final Units units;
    private final Consoles consoles;
    private final CountDownLatch closing = new CountDownLatch(1);
    private List<String> warnings = List.of();

    private HostCore(HostConfig config, Processes processes, FileChannel lockFile) throws IOException {
        this.config = config;
        this.processes = processes;
        this.lockFile = lockFile;
        this.instance = instance(config.data().resolve("instance"));
        this.consoles =
                new Consoles(config.data().resolve("consoles"), config.consoleBytes(), config.removedConsoles());
        Launcher launcher = new Launcher(processes, config, instance, name -> Optional.ofNullable(System.getenv(name)));
        UnitStore store = new UnitStore(config.data().resolve("units"), config.vault());
        this.units = new Units(processes, launcher, store, consoles, new Ports(new SecureRandom()), config.clock());
    }

    /// Takes the data folder and makes the machine what it says.
    static HostCore open(HostConfig config, Processes processes) {
        FileChannel lockFile = null;
        try {
            for (String name : List.of("units", "consoles", "scratch")) {
                AtomicFiles.folder(config.data().resolve(name));
            }
            lockFile = lock(config.data().resolve("lock"));
            HostCore core = new HostCore(config, processes, lockFile);
            core.warnings = core.units.recover();
            return core;
        } catch (IOException failure) {
            release(lockFile);
            throw new HostException(
                    HostException.Kind.FAILED,
                    "cannot use the host's folder " + config.data() + ": " + failure,
                    failure);
        } catch (InterruptedException interruption) {
            release(lockFile);
            Thread.currentThread().interrupt();
            throw new HostException(HostException.Kind.FAILED, "interrupted while starting", interruption);
        } catch (RuntimeException failure) {
            release(lockFile);
            throw failure;
        }
    }

    Units units() {
        return units;
    }

    List<String> tail(UnitId id, int lines) {
        if (lines < 1 || lines > 10_000) {
            throw new HostException(HostException.Kind.INVALID, "lines: expected 1 to 10000, found " + lines);
        }
        return consoles.tail(id, lines);
    }

    /// A piece of a console; waits up to `patience` for one that is not empty, less when the unit has ended.
    ConsoleChunk console(UnitId id, long from, Duration patience) throws InterruptedException {
        if (from < 0) {
            throw new HostException(HostException.Kind.INVALID, "from: expected >= 0, found " + from);
        }
        long deadline = System.nanoTime() + patience.toNanos();
        boolean wait = true;
        ConsoleChunk chunk = consoles.read(id, from, false);
        while (wait && chunk.bytes().length == 0) {
            // Asked before reading, so that what it wrote last is not missed.
            boolean ended = units.over(id);
            chunk = consoles.read(id, from, ended);
            wait = !ended
                    && chunk.bytes().length == 0
                    && System.nanoTime() - deadline < 0
                    && !closing.await(CONSOLE_LOOK.toNanos(), TimeUnit.NANOSECONDS);
        }
        return chunk;
    }

    HostInfo info() {
        List<String> notes = new ArrayList<>(warnings);
        if (!processes.sandbox().available()) {
            notes.add("units are not kept apart: " + processes.sandbox().detail());
        }
        if (!processes.controlGroups().available()) {
            notes.add("limits are not enforced: " + processes.controlGroups().detail());
        }
        try {
            FileStore disk = Files.getFileStore(config.data());
            return new HostInfo(
                    instance,
                    "process",
                    processes.sandbox(),
                    processes.controlGroups(),
                    Runtime.getRuntime().availableProcessors(),
                    memory("MemTotal:"),
                    memory("MemAvailable:"),
                    disk.getTotalSpace(),
                    disk.getUsableSpace(),
                    units.count(),
                    notes);
        } catch (IOException failure) {
            throw new HostException(
                    HostException.Kind.FAILED, "cannot ask the machine for its size: " + failure, failure);
        }
    }

    /// Lets those go who wait for a console to grow.
    void release() {
        closing.countDown();
    }

    /// Lets go of everything; units go on.
    @Override
    public void close() {
        release();
        units.close();
        release(lockFile);
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException ours) {
            // Another host in this same program.
        }
        channel.close();
        throw new HostException(
                HostException.Kind.CONFLICT,
                "another host works on %s; stop it first, or choose another folder".formatted(file.getParent()));
    }

    private static void release(@Nullable FileChannel lockFile) {
        if (lockFile == null) {
            return;
        }
        try {
            lockFile.close();
        } catch (IOException failure) {
            throw new HostException(HostException.Kind.FAILED, "cannot release the host's folder: " + failure, failure);
        }
    }

    private static String instance(Path file) throws IOException {
        if (Files.notExists(file)) {
            byte[] random = new byte[INSTANCE_BYTES];
            new SecureRandom().nextBytes(random);
            AtomicFiles.write(file, HexFormat.of().formatHex(random).getBytes(UTF_8));
        }
        String instance = Files.readString(file).strip();
        if (!instance.matches("[0-9a-f]{32}")) {
            throw new HostException(
                    HostException.Kind.FAILED,
                    file + " does not hold 32 hexadecimal digits; restore it, or delete it when no unit runs");
        }
        return instance;
    }

    private static long memory(String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith(name)) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }
}
