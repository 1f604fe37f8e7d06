package org.pinisi.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Follows the log of one job from an offset to its end, without loss, while it is being written. For one
/// thread at a time.
public final class LogReader implements AutoCloseable {
    private static final int MOST = 64 * 1024;

    private final Path file;
    private final Optional<LogSink> live;
    private @Nullable FileChannel channel;
    private long offset;
    private boolean ended;

    private LogReader(Path file, Optional<LogSink> live, long offset) {
        this.file = file;
        this.live = live;
        this.offset = offset;
    }

    static LogReader follow(LogSink sink, long offset) {
        return new LogReader(sink.file(), Optional.of(sink), from(offset, sink.length()));
    }

    static LogReader past(Path file, long offset) {
        try {
            return new LogReader(file, Optional.empty(), from(offset, Files.size(file)));
        } catch (NoSuchFileException gone) {
            throw new EngineException("the log " + file + " is gone; it may have been cleaned up", gone);
        } catch (IOException failure) {
            throw new EngineException("cannot read the log " + file + ": " + failure, failure);
        }
    }

    private static long from(long offset, long length) {
        return offset >= 0 ? offset : Math.max(0, length + offset);
    }

    /// The next bytes, up to 64 KiB; waits for some. Empty when none came in time or when the log has [#ended].
    ///
    /// @throws InterruptedException when interrupted while it waits
    /// @throws EngineException when the file cannot be read
    public byte[] read(Duration wait) throws InterruptedException {
        // Asked before the length: what is closed grows no more, so a length read afterwards is the last one.
        boolean last = live.isEmpty();
        long length = Long.MAX_VALUE;
        if (live.isPresent()) {
            live.get().awaitBeyond(offset, wait);
            last = live.get().isClosed();
            length = live.get().length();
        }
        try {
            byte[] bytes = offset < length ? readUpTo(length) : new byte[0];
            offset += bytes.length;
            ended = bytes.length == 0 && last;
            return bytes;
        } catch (IOException failure) {
            throw new EngineException("cannot read the log " + file + ": " + failure, failure);
        }
    }

    private byte[] readUpTo(long length) throws IOException {
        FileChannel open = channel;
        if (open == null) {
            open = FileChannel.open(file, StandardOpenOption.READ);
            channel = open;
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(MOST, length - offset));
        int count = open.read(buffer, offset);
        return count <= 0 ? new byte[0] : Arrays.copyOf(buffer.array(), count);
    }

    /// Whether all was read and nothing more will come.
    public boolean ended() {
        return ended;
    }

    /// How many bytes of the log lie before the next one.
    public long offset() {
        return offset;
    }

    @Override
    public void close() {
        ended = true;
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException failure) {
            throw new EngineException("cannot close the log " + file + ": " + failure, failure);
        }
    }
}
