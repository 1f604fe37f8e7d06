package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pinisi.host.ConsoleChunk;
import org.pinisi.host.ConsoleReader;
import org.pinisi.host.HostClient;
import org.pinisi.host.HostException;
import org.pinisi.host.UnitId;

/// What an app writes, from unit to unit as releases follow one another. A line of our own marks each change
/// of unit.
final class ConsoleTail implements Tail {
    private static final Duration LOOK = Duration.ofMillis(200);
    /// More than this of a console is not looked through for the last lines.
    private static final int WINDOW = 1 << 20;

    private final HostClient host;
    private final Supplier<Set<String>> serving;
    private final String app;
    private final boolean follow;
    private @Nullable String unit;
    private @Nullable ConsoleReader reader;
    private byte[] first;
    private long offset;
    private boolean ended;

    ConsoleTail(HostClient host, Supplier<Set<String>> serving, String app, int lines, boolean follow) {
        this.host = host;
        this.serving = serving;
        this.app = app;
        this.follow = follow;
        this.unit = serving.get().stream().findFirst().orElse(null);
        this.first = new byte[0];
        if (unit != null) {
            open(unit, lines);
        }
        this.ended = !follow && first.length == 0;
    }

    /// Takes the last lines of what is there, and goes on from exactly where that ended.
    private void open(String name, int lines) {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        try (ConsoleReader there = host.console(new UnitId(name), 0, false)) {
            Optional<ConsoleChunk> chunk = there.next();
            while (chunk.isPresent()) {
                if (kept.size() > WINDOW) {
                    byte[] all = kept.toByteArray();
                    kept.reset();
                    kept.write(all, all.length - WINDOW / 2, WINDOW / 2);
                }
                kept.writeBytes(chunk.get().bytes());
                chunk = there.next();
            }
            first = lastLines(kept.toByteArray(), lines);
            reader = host.console(new UnitId(name), there.position(), follow);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
        }
    }

    static byte[] lastLines(byte[] text, int lines) {
        int begin = text.length;
        int found = 0;
        while (begin > 0) {
            boolean atLineStart = begin < text.length && text[begin - 1] == '\n';
            if (atLineStart && ++found == lines) {
                break;
            }
            begin--;
        }
        return lines <= 0 ? new byte[0] : Arrays.copyOfRange(text, begin, text.length);
    }

    @Override
    public byte[] read(Duration wait) throws InterruptedException {
        if (first.length > 0) {
            byte[] bytes = first;
            first = new byte[0];
            ended = !follow;
            return counted(bytes);
        }
        if (ended) {
            return new byte[0];
        }
        byte[] next = next();
        return next.length > 0 ? counted(next) : changeOfUnit(wait);
    }

    private byte[] next() throws InterruptedException {
        ConsoleReader open = reader;
        if (open == null) {
            return new byte[0];
        }
        try {
            byte[] bytes = open.next().map(ConsoleChunk::bytes).orElse(new byte[0]);
            if (bytes.length == 0) {
                open.close();
                reader = null;
            }
            return bytes;
        } catch (HostException gone) {
            reader = null;
            return new byte[0];
        }
    }

    private byte[] changeOfUnit(Duration wait) throws InterruptedException {
        String now = serving.get().stream().findFirst().orElse(null);
        if (now != null && !now.equals(unit)) {
            unit = now;
            reader = host.console(new UnitId(now), 0, true);
            return counted(("--- " + app + ": unit " + now + "\n").getBytes(UTF_8));
        }
        TimeUnit.NANOSECONDS.sleep(Math.min(wait.toNanos(), LOOK.toNanos()));
        if (now != null && reader == null) {
            open(now, 0);
        }
        return new byte[0];
    }

    private byte[] counted(byte[] bytes) {
        offset += bytes.length;
        return bytes;
    }

    @Override
    public boolean ended() {
        return ended;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
        }
    }
}
