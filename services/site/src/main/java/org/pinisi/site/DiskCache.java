package org.pinisi.site;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Files made from blobs, by the blob's identity: compressed forms, and large blobs unpacked so that the
/// kernel can send them. Kept within a budget; what was not used for longest goes first. Everything here
/// can be made again, so that nothing is synced; what a power loss damages is noticed by its check sum
/// and dropped.
///
/// A file is a head of 32 bytes (mark, length, check sum, kind) and the contents. Thread-safe.
final class DiskCache {
    static final int HEAD_BYTES = 32;

    private static final Logger LOG = LoggerFactory.getLogger(DiskCache.class);
    private static final byte[] MARK = "PINISI-1".getBytes(US_ASCII);
    private static final int CHUNK = 64 << 10;
    /// How long a file stays that is not given out any more: whoever took it just before has opened it
    /// by then.
    private static final Duration GRACE = Duration.ofMinutes(1);

    private final Path folder;
    private final long budget;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    /// By use, the least recent first.
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
    private final ArrayDeque<Doomed> doomed = new ArrayDeque<>();
    private long weight;
    private long made;

    private record Doomed(Path path, Instant since) {}

    /// One file. Immutable save for the marks.
    static final class Entry {
        private final Path path;
        private final long size;
        private volatile boolean doomed;
        private volatile boolean checked;

        Entry(Path path, long size) {
            this.path = path;
            this.size = size;
        }

        Path path() {
            return path;
        }

        /// How many bytes of contents there are, after the head. 0 says that the form is not worth
        /// having.
        long size() {
            return size;
        }

        /// Whether the file may be gone any time.
        boolean isDoomed() {
            return doomed;
        }

        /// The contents; the caller closes the stream.
        InputStream stream() throws IOException {
            InputStream in = Files.newInputStream(path);
            try {
                in.skipNBytes(HEAD_BYTES);
                return in;
            } catch (IOException e) {
                in.close();
                throw e;
            }
        }
    }

    /// Writes a form's contents.
    @FunctionalInterface
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    private DiskCache(Path folder, long budget, InstantSource clock) {
        this.folder = folder;
        this.budget = budget;
        this.clock = clock;
    }

    /// The cache in this folder, which it alone uses; with what an earlier one left there.
    ///
    /// @throws SiteException when the folder cannot be used
    static DiskCache open(Path folder, long budget, InstantSource clock) {
        DiskCache cache = new DiskCache(folder, budget, clock);
        try {
            Files.createDirectories(folder);
            cache.takeStock();
        } catch (IOException e) {
            throw new SiteException("cannot use " + folder + " for the site's cache: " + e, e);
        }
        return cache;
    }

    private record OldFile(Path path, String name, long size, Instant used) {}

    private void takeStock() throws IOException {
        List<OldFile> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder, 2)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (name.endsWith(".tmp") || attributes.size() < HEAD_BYTES) {
                    Files.delete(file);
                } else {
                    Instant used = attributes.lastModifiedTime().toInstant();
                    found.add(new OldFile(file, name, attributes.size() - HEAD_BYTES, used));
                }
            }
        }
        found.sort(Comparator.comparing(OldFile::used));
        lock.lock();
        try {
            for (OldFile file : found) {
                entries.put(file.name, new Entry(file.path, file.size));
                weight += HEAD_BYTES + file.size;
            }
            shrink();
        } finally {
            lock.unlock();
        }
    }

    /// The form of this name of a blob, if it is there and sound. Blocks on the disk, the first time by
    /// reading it all.
    Optional<Entry> find(String blob, String form) {
        String name = blob + "-" + form;
        Entry entry;
        lock.lock();
        try {
            entry = entries.get(name);
        } finally {
            lock.unlock();
        }
        if (entry == null) {
            return Optional.empty();
        }
        if (!entry.checked) {
            if (!isSound(entry)) {
                LOG.warn("event=site-cache-damaged file={}", entry.path);
                drop(name, entry);
                return Optional.empty();
            }
            entry.checked = true;
        }
        return Optional.of(entry);
    }

    /// Makes a form, unless it is there already. An interrupted or failed writing leaves nothing.
    ///
    /// @param most how long it may be to be worth having; of a longer one, an empty entry is kept
    ///     instead
    /// @throws IOException when writing fails
    Entry store(String blob, String form, long most, Writer writer) throws IOException {
        Optional<Entry> there = find(blob, form);
        if (there.isPresent()) {
            return there.get();
        }
        String name = blob + "-" + form;
        Path target =
                Files.createDirectories(folder.resolve(blob.substring(0, 2))).resolve(name);
        Path temporary = target.resolveSibling(name + "." + nextNumber() + ".tmp");
        try {
            long size = write(temporary, most, writer);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            return add(name, new Entry(target, size));
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /// The bytes in use, for tests and metrics.
    long weight() {
        lock.lock();
        try {
            return weight;
        } finally {
            lock.unlock();
        }
    }

    private long nextNumber() {
        lock.lock();
        try {
            return made++;
        } finally {
            lock.unlock();
        }
    }

    private Entry add(String name, Entry entry) {
        entry.checked = true;
        lock.lock();
        try {
            // The path may be that of a doomed one, which is a good one again.
            doomed.removeIf(old -> old.path.equals(entry.path));
            Entry earlier = entries.put(name, entry);
            weight += HEAD_BYTES + entry.size - (earlier == null ? 0 : HEAD_BYTES + earlier.size);
            shrink();
        } finally {
            lock.unlock();
        }
        return entry;
    }

    private static long write(Path file, long most, Writer writer) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.position(HEAD_BYTES);
            Summing out = new Summing(Channels.newOutputStream(channel));
            writer.write(out);
            boolean worth = out.size <= most;
            if (!worth) {
                channel.truncate(HEAD_BYTES);
            }
            ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES)
                    .put(MARK)
                    .putLong(worth ? out.size : 0)
                    .putLong(worth ? out.sum.getValue() : new CRC32C().getValue())
                    .rewind();
            for (long at = 0; head.hasRemaining(); ) {
                at += channel.write(head, at);
            }
            return worth ? out.size : 0;
        }
    }

    private static boolean isSound(Entry entry) {
        try (InputStream in = Files.newInputStream(entry.path)) {
            ByteBuffer head = ByteBuffer.wrap(in.readNBytes(HEAD_BYTES));
            byte[] mark = new byte[MARK.length];
            head.get(mark);
            if (!Arrays.equals(mark, MARK) || head.getLong() != entry.size) {
                return false;
            }
            CRC32C sum = new CRC32C();
            byte[] chunk = new byte[CHUNK];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                sum.update(chunk, 0, count);
            }
            return head.getLong() == sum.getValue();
        } catch (IOException | BufferUnderflowException e) {
            LOG.debug("event=site-cache-unreadable file={} reason=\"{}\"", entry.path, e.toString());
            return false;
        }
    }

    private void drop(String name, Entry entry) {
        lock.lock();
        try {
            if (entries.remove(name, entry)) {
                weight -= HEAD_BYTES + entry.size;
                doom(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    private void doom(Entry entry) {
        entry.doomed = true;
        doomed.add(new Doomed(entry.path, clock.instant()));
    }

    private void shrink() {
        Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
        while (weight > budget && oldest.hasNext()) {
            Map.Entry<String, Entry> next = oldest.next();
            weight -= HEAD_BYTES + next.getValue().size;
            doom(next.getValue());
            oldest.remove();
        }
        Instant due = clock.instant().minus(GRACE);
        while (!doomed.isEmpty() && !doomed.getFirst().since.isAfter(due)) {
            delete(doomed.removeFirst().path);
        }
    }

    private static void delete(Path path) {
        try {
            Files.delete(path);
        } catch (NoSuchFileException e) {
            LOG.debug("event=site-cache-file-gone file={}", path, e);
        } catch (IOException e) {
            LOG.warn("event=site-cache-file-stays file={} reason=\"{}\"", path, e.toString());
        }
    }

    /// Counts and sums what passes.
    private static final class Summing extends OutputStream {
        private final OutputStream out;
        private final CRC32C sum = new CRC32C();
        private long size;

        Summing(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int start, int length) throws IOException {
            out.write(bytes, start, length);
            sum.update(bytes, start, length);
            size += length;
        }
    }
}
