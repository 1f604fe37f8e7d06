package org.pinisi.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// The log file of one job while it is being written. Safe for any number of threads.
final class LogSink {
    private final Path file;
    private final InstantSource clock;
    private final long limit;
    private @Nullable OutputStream stream;
    private long length;
    private boolean full;
    private boolean closed;

    LogSink(Path file, InstantSource clock, long limit) {
        this.file = file;
        this.clock = clock;
        this.limit = limit;
    }

    Path file() {
        return file;
    }

    synchronized void open() throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        stream = Files.newOutputStream(file, StandardOpenOption.APPEND);
    }

    void line(String text) throws IOException {
        byte[] line = line(clock, text);
        write(line, 0, line.length);
    }

    static byte[] line(InstantSource clock, String text) {
        return (clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + text + "\n").getBytes(UTF_8);
    }

    /// Writes what still fits; the first time that something does not, one line says so.
    synchronized void write(byte[] bytes, int from, int count) throws IOException {
        OutputStream target = stream;
        if (target == null || closed) {
            throw new IOException("the log " + file + " is not open: the job has not begun or has ended");
        }
        if (full) {
            return;
        }
        int fitting = (int) Math.min(count, limit - length);
        target.write(bytes, from, fitting);
        length += fitting;
        if (fitting < count) {
            full = true;
            byte[] notice = ("\n[the log is cut here: it reached its limit of " + limit + " bytes]\n").getBytes(UTF_8);
            target.write(notice);
            length += notice.length;
        }
        notifyAll();
    }

    synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        notifyAll();
        if (stream != null) {
            stream.close();
        }
    }

    synchronized boolean isOpen() {
        return stream != null && !closed;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized long length() {
        return length;
    }

    /// Waits until the log is longer than `offset` or closed, or the time is up; answers its length.
    synchronized long awaitBeyond(long offset, Duration wait) throws InterruptedException {
        long deadline = System.nanoTime() + wait.toNanos();
        while (length <= offset && !closed) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            wait(Math.max(1, left / 1_000_000));
        }
        return length;
    }
}
