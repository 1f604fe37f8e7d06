package org.pinisi.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.pinisi.process.SparseFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files that units write to. A unit appends by itself; we only read, and give the oldest part's disk space
/// back, so that positions never change and nothing written is lost in between. Safe for any number of threads.
final class Consoles {
    static final int CHUNK_BYTES = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(Consoles.class);
    private static final String SUFFIX = ".log";
    private static final String START = ".start";
    private static final int TAIL_BYTES = 1 << 20;
    private static final long BLOCK = 4096;

    private final Path folder;
    private final long limit;
    private final int removedLimit;

    Consoles(Path folder, long limit, int removedLimit) {
        this.folder = folder;
        this.limit = limit;
        this.removedLimit = removedLimit;
    }

    Path file(UnitId id) {
        return folder.resolve(id.value() + SUFFIX);
    }

    /// Up to 64 KiB from a position on, or from the oldest byte kept when that is later.
    ConsoleChunk read(UnitId id, long from, boolean ended) {
        try (FileChannel channel = FileChannel.open(file(id), StandardOpenOption.READ)) {
            long position = Math.max(from, start(id));
            long size = channel.size();
            if (position > size) {
                // Only where the file had to be cut instead of hollowed out.
                position = Math.min(start(id), size);
            }
            return new ConsoleChunk(position, bytes(channel, position, size, CHUNK_BYTES), ended);
        } catch (NoSuchFileException none) {
            return new ConsoleChunk(from, new byte[0], ended);
        } catch (IOException failure) {
            throw failed("read", id, failure);
        }
    }

    /// The last lines, of at most the last mebibyte.
    List<String> tail(UnitId id, int lines) {
        try (FileChannel channel = FileChannel.open(file(id), StandardOpenOption.READ)) {
            long size = channel.size();
            long position = Math.max(start(id), size - TAIL_BYTES);
            String text = new String(bytes(channel, position, size, TAIL_BYTES), UTF_8);
            List<String> all = new ArrayList<>(text.lines().toList());
            if (position > 0 && !all.isEmpty()) {
                // Its beginning may be missing.
                all.removeFirst();
            }
            return List.copyOf(all.subList(Math.max(0, all.size() - lines), all.size()));
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException failure) {
            throw failed("read", id, failure);
        }
    }

    /// Drops the oldest output when there is more than the limit: half of the limit stays. One caller at a time for
    /// each console.
    void trim(UnitId id) {
        Path file = file(id);
        try {
            if (Files.notExists(file)) {
                return;
            }
            long size = Files.size(file);
            if (size - start(id) <= limit) {
                return;
            }
            long start = (size - limit / 2) / BLOCK * BLOCK;
            // First said, then done: what is said to be gone is not read while it turns into zeros.
            AtomicFiles.write(startFile(id), Long.toString(start).getBytes(UTF_8));
            if (!SparseFile.freeHead(file, start)) {
                cut(id, file);
            }
        } catch (IOException failure) {
            throw failed("shorten", id, failure);
        }
    }

    /// Deletes the oldest consoles of units that are no more, beyond the number to keep.
    void prune(Set<UnitId> living) {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> orphans = files.filter(file -> name(file).endsWith(SUFFIX))
                    .filter(file -> living.stream().noneMatch(id -> file(id).equals(file)))
                    .sorted(Comparator.comparing(Consoles::lastWritten).reversed())
                    .skip(removedLimit)
                    .toList();
            for (Path orphan : orphans) {
                Files.deleteIfExists(orphan);
                Files.deleteIfExists(orphan.resolveSibling(name(orphan).replace(SUFFIX, START)));
            }
        } catch (IOException failure) {
            throw new HostException(
                    HostException.Kind.FAILED, "cannot tidy up the consoles in " + folder + ": " + failure, failure);
        }
    }

    private void cut(UnitId id, Path file) throws IOException {
        LOG.warn("event=console-cut unit={} reason=\"the file system cannot free part of a file\"", id);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
        AtomicFiles.delete(startFile(id));
    }

    private long start(UnitId id) throws IOException {
        try {
            return Long.parseLong(Files.readString(startFile(id)));
        } catch (NoSuchFileException neverShortened) {
            return 0;
        }
    }

    private Path startFile(UnitId id) {
        return folder.resolve(id.value() + START);
    }

    private static byte[] bytes(FileChannel channel, long from, long size, int most) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(most, Math.max(0, size - from)));
        long position = from;
        int count = 0;
        while (buffer.hasRemaining() && count >= 0) {
            count = channel.read(buffer, position);
            position += Math.max(0, count);
        }
        byte[] bytes = new byte[buffer.position()];
        buffer.flip().get(bytes);
        return bytes;
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static FileTime lastWritten(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    private static HostException failed(String what, UnitId id, IOException failure) {
        return new HostException(
                HostException.Kind.FAILED, "cannot " + what + " the console of " + id + ": " + failure, failure);
    }
}
