package org.pinisi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much memory a site may keep files in when nobody says it.
///
/// @param machine bytes that the machine, or the container around us, has
/// @param heap bytes that the heap may grow to
record SiteMemory(long machine, long heap) {
    private static final Logger LOG = LoggerFactory.getLogger(SiteMemory.class);
    private static final long MEBIBYTE = 1 << 20;
    private static final long LEAST = 8 * MEBIBYTE;
    private static final long MOST = 256 * MEBIBYTE;
    private static final Pattern TOTAL = Pattern.compile("(?m)^MemTotal:\\s+(\\d+) kB$");

    static SiteMemory ofThisMachine() {
        long heap = Runtime.getRuntime().maxMemory();
        return new SiteMemory(machine(Path.of("/proc/meminfo"), Path.of("/sys/fs/cgroup/memory.max"), heap), heap);
    }

    /// What both files allow: proc_meminfo(5), and the limit of a control group's own namespace (cgroups(7)).
    ///
    /// @param otherwise what counts when neither says anything
    static long machine(Path information, Path limit, long otherwise) {
        Matcher total = TOTAL.matcher(read(information));
        long there = total.find() ? Long.parseLong(total.group(1)) << 10 : Long.MAX_VALUE;
        String most = read(limit).strip();
        long allowed = most.matches("\\d{1,18}") ? Long.parseLong(most) : Long.MAX_VALUE;
        long least = LongStream.of(there, allowed).min().getAsLong();
        return least == Long.MAX_VALUE ? otherwise : least;
    }

    /// An eighth of the machine's, but no more than half of the heap, where small files lie.
    long forFiles() {
        return Math.clamp(Math.min(machine / 8, heap / 2), LEAST, MOST);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException none) {
            LOG.debug("event=memory-unknown file={} reason=\"{}\"", file, none.toString());
            return "";
        }
    }
}
