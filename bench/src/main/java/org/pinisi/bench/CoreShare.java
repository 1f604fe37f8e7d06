package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// How much of its core the load has: our ended children, and the upstream that shares the core with them.
final class CoreShare {
    /// USER_HZ, in which /proc/PID/stat counts; fixed on Linux.
    private static final double TICKS_A_SECOND = 100;
    /// `cutime` and `cstime`, counted from the field after the name (proc(5)).
    private static final int CHILDREN_USER = 13;

    private final PinnedServer upstream;

    CoreShare(PinnedServer upstream) {
        this.upstream = upstream;
    }

    /// A moment.
    ///
    /// @param used seconds of processor time until then
    record Mark(long nanos, double used) {}

    Mark mark() {
        return new Mark(System.nanoTime(), used());
    }

    /// The share of one core since then, 0 to 1.
    double since(Mark mark) {
        return (used() - mark.used) / ((System.nanoTime() - mark.nanos) / 1e9);
    }

    private double used() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long children = Long.parseLong(fields[CHILDREN_USER]) + Long.parseLong(fields[CHILDREN_USER + 1]);
            return children / TICKS_A_SECOND + upstream.processorSeconds();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
