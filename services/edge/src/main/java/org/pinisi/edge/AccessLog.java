package org.pinisi.edge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The access log: one line a request. Event loops fill pieces of text in memory; one thread of its own
/// writes them to the file and begins a new file when it is large. When that thread cannot keep up, lines
/// are dropped and counted, never waited for.
final class AccessLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
    private static final int MOST_PIECES = 256;
    private static final int PIECE_BYTES = 32 * 1024;
    private static final byte[] END = {};

    private final Path file;
    private final long mostBytes;
    private final int oldFiles;
    private final InstantSource time;
    private final LogStyle style;
    private final ArrayBlockingQueue<byte[]> pieces = new ArrayBlockingQueue<>(MOST_PIECES);
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;
    private @Nullable FileChannel channel;
    private long written;
    private boolean failing;

    /// Opens the log, so that a path that cannot be written is told at the start.
    AccessLog(Path file, long mostBytes, int oldFiles, LogStyle style, InstantSource time) {
        this.file = file;
        this.mostBytes = mostBytes;
        this.oldFiles = oldFiles;
        this.style = style;
        this.time = time;
        try {
            open();
        } catch (IOException failure) {
            throw new EdgeException(
                    "cannot write the access log " + file + ": " + failure + " (access-log: off goes without)",
                    failure);
        }
        this.writer = Thread.ofPlatform().daemon().name("edge-access-log").start(this::run);
    }

    long dropped() {
        return dropped.sum();
    }

    /// A place for one event loop to put lines in.
    Lines lines() {
        return new Lines(this, style, time);
    }

    private void run() {
        try {
            while (true) {
                byte[] piece = pieces.take();
                if (piece.length == 0) {
                    return;
                }
                write(piece);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(byte[] piece) {
        try {
            if (written + piece.length > mostBytes && written > 0) {
                rotate();
            }
            FileChannel open = channel == null ? open() : channel;
            ByteBuffer bytes = ByteBuffer.wrap(piece);
            while (bytes.hasRemaining()) {
                written += open.write(bytes);
            }
            failing = false;
        } catch (IOException failure) {
            drop(piece);
            if (!failing) {
                log.error(
                        "event=access-log-failed file={} cause=\"{}\" advice=\"free some space; lines are dropped\"",
                        file,
                        failure.toString());
            }
            failing = true;
        }
    }

    private void drop(byte[] piece) {
        for (byte b : piece) {
            if (b == '\n') {
                dropped.increment();
            }
        }
    }

    private FileChannel open() throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        FileChannel opened = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        channel = opened;
        written = opened.size();
        return opened;
    }

    private void rotate() throws IOException {
        closeFile();
        for (int i = oldFiles; i > 1; i--) {
            Path older = numbered(i - 1);
            if (Files.exists(older)) {
                Files.move(older, numbered(i), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (oldFiles > 0) {
            Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(file);
        }
        open();
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }

    private void closeFile() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    /// Writes what is left, for at most two seconds.
    @Override
    public void close() {
        try {
            if (!pieces.offer(END, 1, TimeUnit.SECONDS)) {
                writer.interrupt();
            }
            writer.join(1000);
            closeFile();
        } catch (InterruptedException stopped) {
            writer.interrupt();
            Thread.currentThread().interrupt();
        } catch (IOException failure) {
            log.warn("event=access-log-close-failed file={} cause=\"{}\"", file, failure.toString());
        }
    }

    /// The lines of one event loop, on their way to the file. Only for that loop's thread.
    static final class Lines {
        private static final DateTimeFormatter COMMON = DateTimeFormatter.ofPattern(
                        "dd/MMM/yyyy:HH:mm:ss +0000", Locale.ROOT)
                .withZone(ZoneOffset.UTC);

        private final @Nullable AccessLog target;
        private final LogStyle style;
        private final InstantSource time;
        private final LineBuffer scratch = new LineBuffer();
        private byte[] piece;
        private int used;
        private int count;
        private long second = Long.MIN_VALUE;
        private String secondText = "";

        private Lines(@Nullable AccessLog target, LogStyle style, InstantSource time) {
            this.target = target;
            this.style = style;
            this.time = time;
            this.piece = target == null ? new byte[0] : new byte[PIECE_BYTES];
        }

        /// Lines that go nowhere.
        static Lines off() {
            return new Lines(null, LogStyle.defaults(), InstantSource.system());
        }

        /// A line for exchanges on this loop, or null if there is no log.
        @Nullable
        LogLine line() {
            if (target == null) {
                return null;
            }
            return switch (style.format()) {
                case JSON -> new JsonLogLine(this, style.query());
                case COMBINED, COMMON -> new CommonLogLine(this, style);
            };
        }

        /// A place to write one line in.
        LineBuffer scratch() {
            return scratch;
        }

        /// Writes the present time, as `2026-11-21T08:17:20.123Z`.
        void writeTime(LineBuffer out) {
            long now = time.millis();
            long nowSecond = Math.floorDiv(now, 1000);
            if (nowSecond != second) {
                second = nowSecond;
                secondText = Instant.ofEpochSecond(nowSecond).toString().replace("Z", ".");
            }
            out.add(secondText).digits(Math.floorMod(now, 1000), 3).add('Z');
        }

        /// Writes the present time, as `21/Nov/2026:08:17:20 +0000`.
        void writeCommonTime(LineBuffer out) {
            long nowSecond = Math.floorDiv(time.millis(), 1000);
            if (nowSecond != second) {
                second = nowSecond;
                secondText = COMMON.format(Instant.ofEpochSecond(nowSecond));
            }
            out.add(secondText);
        }

        void add(byte[] line, int length) {
            if (used + length > piece.length) {
                handOver();
            }
            if (length > piece.length) {
                piece = new byte[length];
            }
            System.arraycopy(line, 0, piece, used, length);
            used += length;
            count++;
        }

        void handOver() {
            AccessLog log = target;
            if (used == 0 || log == null) {
                return;
            }
            if (!log.pieces.offer(Arrays.copyOf(piece, used))) {
                log.dropped.add(count);
            }
            used = 0;
            count = 0;
        }
    }
}
