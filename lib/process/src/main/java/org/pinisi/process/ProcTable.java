package org.pinisi.process;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The machine's processes as `/proc` shows them (proc(5)).
final class ProcTable {
    private static final Path PROC = Path.of("/proc");

    /// One living process. A zombie is not living: it has ended, and merely waits to be asked how.
    ///
    /// @param ticks processor time in ticks of 1/100 s, with that of children it has waited for
    /// @param residentPages pages of memory
    record Entry(
            long pid,
            String name,
            long parent,
            long group,
            long session,
            long startTicks,
            long ticks,
            long residentPages) {}

    private ProcTable() {}

    static List<Entry> all() {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROC, ProcTable::isNumber)) {
            for (Path folder : folders) {
                entry(Long.parseLong(folder.getFileName().toString())).ifPresent(entries::add);
            }
        } catch (IOException | UncheckedIOException failure) {
            throw new ProcessException("cannot list /proc: " + failure, failure);
        }
        return entries;
    }

    static Optional<Entry> entry(long pid) {
        String text;
        try {
            text = Files.readString(PROC.resolve(pid + "/stat"), ISO_8859_1);
        } catch (IOException gone) {
            return Optional.empty();
        }
        // The name may hold anything, even parentheses and spaces; it ends at the last one.
        int close = text.lastIndexOf(')');
        int open = text.indexOf('(');
        if (open < 0 || close < open) {
            return Optional.empty();
        }
        String[] fields = text.substring(close + 2).split(" ");
        if (fields.length < 22 || "ZXx".contains(fields[0])) {
            return Optional.empty();
        }
        long ticks = 0;
        for (int i = 11; i <= 14; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return Optional.of(new Entry(
                pid,
                text.substring(open + 1, close),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[19]),
                ticks,
                Long.parseLong(fields[21])));
    }

    /// The value of a variable in the environment that a process was started with; empty also where we may not look.
    static Optional<String> variable(long pid, String name) {
        byte[] environment;
        try {
            environment = Files.readAllBytes(PROC.resolve(pid + "/environ"));
        } catch (IOException goneOrForbidden) {
            return Optional.empty();
        }
        byte[] wanted = (name + "=").getBytes(UTF_8);
        int start = 0;
        while (start < environment.length) {
            int end = start;
            while (end < environment.length && environment[end] != 0) {
                end++;
            }
            if (startsWith(environment, start, end, wanted)) {
                int from = start + wanted.length;
                return Optional.of(new String(environment, from, end - from, UTF_8));
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    static String bootId() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException failure) {
            throw new ProcessException("cannot read the kernel's boot id; is /proc mounted? " + failure, failure);
        }
    }

    private static boolean startsWith(byte[] text, int start, int end, byte[] wanted) {
        if (end - start < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (text[start + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumber(Path folder) {
        String name = folder.getFileName().toString();
        return !name.isEmpty() && name.chars().allMatch(character -> character >= '0' && character <= '9');
    }
}
