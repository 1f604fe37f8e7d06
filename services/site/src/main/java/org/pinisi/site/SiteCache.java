package org.pinisi.site;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What sites keep at hand, in memory and on the disk, each within a budget; shared by any number of
/// sites, as contents go by their identity. Thread-safe. Whoever made it closes it, after the sites'
/// servers.
///
/// - Memory: small files (up to 256 KiB) and compressed forms with their answers.
/// - Disk: compressed forms, and larger files out of Git's packs. Nothing there is needed; it may be
///   deleted while no cache is open on it.
///
/// Compressing is done on one thread of its own, at leisure; unpacking of files over 8 MiB on another.
public final class SiteCache implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SiteCache.class);
    private static final int SEEN = 1024;
    private static final int PATIENCE_SECONDS = 10;
    private static final long LEAST_READING = 24L << 20;

    private final Shelf shelf;
    private final DiskCache disk;
    private final long largestStored;
    private final Optional<Path> temporary;
    /// Codings that turned out not to work on this machine.
    private final Set<ContentCoding> unavailable = ConcurrentHashMap.newKeySet();
    /// A platform thread, as compressing would keep a carrier of virtual threads busy for seconds.
    private final Lane compressing = new Lane(Thread.ofPlatform().daemon().name("site-compress")).start();

    private final Lane unpacking = new Lane(Thread.ofVirtual().name("site-unpack")).start();
    /// Kilobytes that may be held by reading from packs at the same time.
    private final Semaphore reading;

    private final int readingPermits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Boolean> seen = new LinkedHashMap<>();

    private SiteCache(Shelf shelf, DiskCache disk, long largestStored, Optional<Path> temporary) {
        this.shelf = shelf;
        this.disk = disk;
        this.largestStored = largestStored;
        this.temporary = temporary;
        long most = Math.max(LEAST_READING, Runtime.getRuntime().maxMemory() / 4);
        this.readingPermits = (int) Math.min(Integer.MAX_VALUE, most >> 10);
        this.reading = new Semaphore(readingPermits, true);
    }

    /// Collects what a cache needs.
    public static Builder builder() {
        return new Builder();
    }

    Shelf shelf() {
        return shelf;
    }

    DiskCache disk() {
        return disk;
    }

    Lane compressing() {
        return compressing;
    }

    Lane unpacking() {
        return unpacking;
    }

    /// Whether this coding is not known to be impossible here.
    boolean mayMake(ContentCoding coding) {
        return !unavailable.contains(coding);
    }

    /// Whether this coding can be made here; slow the first time.
    boolean canMake(ContentCoding coding) {
        if (!mayMake(coding)) {
            return false;
        }
        boolean can = Compression.isAvailable(coding);
        if (!can && unavailable.add(coding)) {
            LOG.warn("event=site-coding-missing coding={} reason=\"no native code for this machine\"", coding.token());
        }
        return can;
    }

    long largestStored() {
        return largestStored;
    }

    /// Bytes of memory in use, for tests and metrics.
    public long memoryBytes() {
        return shelf.weight();
    }

    /// Bytes of disk in use, for tests and metrics.
    public long diskBytes() {
        return disk.weight();
    }

    /// Whether nothing is being made, for tests.
    boolean isIdle() {
        return compressing.isIdle() && unpacking.isIdle();
    }

    /// Something that reads contents.
    @FunctionalInterface
    interface Reading<T> {
        T read(InputStream in) throws IOException;
    }

    /// Reads contents while no more memory than allowed is held by such reading.
    ///
    /// @throws HttpException 503 when there is no room for ten seconds, or the thread was interrupted
    <T> T reading(SiteTree.Contents contents, Reading<T> how) throws IOException {
        int permits = (int) Math.min(readingPermits, contents.held() >> 10);
        try {
            if (!reading.tryAcquire(permits, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new HttpException(503, "too much is being read; try again");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HttpException(503, "interrupted", e);
        }
        try (InputStream in = contents.stream()) {
            return how.read(in);
        } finally {
            reading.release(permits);
        }
    }

    /// Whether this was asked for before, not long ago.
    boolean isSeenAgain(String identity) {
        lock.lock();
        try {
            boolean again = seen.put(identity, true) != null;
            if (seen.size() > SEEN) {
                seen.remove(seen.keySet().iterator().next());
            }
            return again;
        } finally {
            lock.unlock();
        }
    }

    /// Ends what is being made, and deletes the folder if none was given.
    @Override
    public void close() {
        compressing.close();
        unpacking.close();
        temporary.ifPresent(SiteCache::delete);
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            LOG.warn("event=site-cache-stays folder={} reason=\"{}\"", folder, e.toString());
        }
    }

    /// Collects what a cache needs. Not thread-safe.
    public static final class Builder {
        private static final long MEBIBYTE = 1 << 20;

        private long memory = Math.clamp(Runtime.getRuntime().maxMemory() / 4, 8 * MEBIBYTE, 64 * MEBIBYTE);
        private long diskBudget = 1024 * MEBIBYTE;
        private Optional<Path> folder = Optional.empty();
        private InstantSource clock = InstantSource.system();

        private Builder() {}

        /// Bytes of memory for what is kept, at least 64 KiB; by default a quarter of the heap, between
        /// 8 and 64 MiB.
        public Builder memory(long bytes) {
            if (bytes < 64 << 10) {
                throw new IllegalArgumentException("memory: " + bytes + " (expected: at least 65536)");
            }
            memory = bytes;
            return this;
        }

        /// The folder for what is kept on the disk, for this cache alone, and bytes for it; by default a
        /// temporary folder and 1 GiB.
        public Builder disk(Path newFolder, long bytes) {
            if (bytes < 0) {
                throw new IllegalArgumentException("disk: " + bytes + " (expected: 0 or more)");
            }
            folder = Optional.of(requireNonNull(newFolder, "folder"));
            diskBudget = bytes;
            return this;
        }

        /// Where the time comes from by which files that are given up are deleted.
        public Builder clock(InstantSource newClock) {
            clock = requireNonNull(newClock, "clock");
            return this;
        }

        /// @throws SiteException when the folder cannot be used
        public SiteCache build() {
            Optional<Path> temporary = folder.isPresent() ? Optional.empty() : Optional.of(temporary());
            DiskCache disk = DiskCache.open(folder.orElseGet(temporary::orElseThrow), diskBudget, clock);
            return new SiteCache(new Shelf(memory), disk, diskBudget / 4, temporary);
        }

        private static Path temporary() {
            try {
                return Files.createTempDirectory("pinisi-site");
            } catch (IOException e) {
                throw new SiteException("cannot make a temporary folder for the site's cache: " + e, e);
            }
        }
    }
}
