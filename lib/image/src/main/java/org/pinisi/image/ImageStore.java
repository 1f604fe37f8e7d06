package org.pinisi.image;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// File trees on disk, each stored once under the digest of what it holds.
///
/// The digest covers relative paths, contents, the owner's execute bit, symbolic links' targets and empty folders;
/// not owners, times or other permissions. Stored trees are read-only: files 0444 or 0555, folders 0555.
///
/// **Durability.** An image is written under a temporary name, flushed to disk as a whole (one `sync -f` on its
/// file system, an `fsync` for each file where there are few or that program is missing), and then renamed into
/// place: after a crash or power loss an image is there whole or not at all.
///
/// Any number of threads, and several processes, may share one store.
public final class ImageStore {
    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);
    private static final Pattern IMAGE_NAME = Pattern.compile("[0-9a-f]{64}");
    private static final String TREE = "tree";
    private static final Duration USE_PRECISION = Duration.ofMinutes(1);

    private final Path root;
    private final Path benches;
    private final InstantSource clock;
    private final ReentrantLock shelf = new ReentrantLock();

    /// Opens the store in `root`, made when there is none.
    ///
    /// @param root a folder of the store's own; trees on the same file system are moved in instead of copied
    /// @throws ImageException when the folder cannot be made
    public ImageStore(Path root, InstantSource clock) {
        this.root = root.toAbsolutePath().normalize();
        this.benches = this.root.resolve(".new");
        this.clock = clock;
        try {
            Files.createDirectories(benches);
        } catch (IOException failure) {
            throw new ImageException("cannot make the image store " + this.root + ": " + failure, failure);
        }
    }

    /// Takes the folder `tree` into the store and yields its digest. The same tree again is the same image, stored
    /// once.
    ///
    /// The store **takes** the tree: it is gone from its old place afterwards, whether this succeeds or fails,
    /// except when it is refused before anything was touched. Nothing may write to it any more. Files with other
    /// hard links are copied, so that no one outside can change an image.
    ///
    /// @throws ImageException when the tree is no folder, holds something else than files, folders and symbolic
    ///     links, holds more than [TreeScan#MAX_ENTRIES] entries, or cannot be read or stored
    /// @throws InterruptedException when the thread was interrupted; nothing is left behind
    public ImageDigest put(Path tree) throws InterruptedException {
        Path source = tree.toAbsolutePath().normalize();
        if (source.startsWith(root) || root.startsWith(source)) {
            throw new ImageException("the tree " + source + " and the image store " + root + " lie within one another");
        }
        try {
            TreeScan.refuseUnstorable(source);
            try (Workbench bench = Workbench.claim(benches)) {
                Path taken = bench.folder().resolve(TREE);
                take(source, taken);
                Contents contents = TreeScan.seal(taken);
                return shelve(bench, contents);
            }
        } catch (ClosedByInterruptException _) {
            Thread.interrupted();
            throw new InterruptedException("interrupted while storing " + source);
        } catch (IOException failure) {
            throw new ImageException("cannot store the tree " + source + " in " + root + ": " + failure, failure);
        }
    }

    private static void take(Path source, Path taken) throws IOException, InterruptedException {
        // A folder moves only when its owner may write to it: its ".." changes.
        Files.setPosixFilePermissions(source, Trees.OPEN_FOLDER);
        try {
            Files.move(source, taken, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException _) {
            Trees.copy(source, taken);
            Trees.delete(source);
        }
    }

    private ImageDigest shelve(Workbench bench, Contents contents) throws IOException, InterruptedException {
        ImageDigest digest = contents.digest();
        if (touchIfPresent(digest)) {
            return digest;
        }
        ImageRecord.write(bench.folder(), contents, clock.instant());
        Durability.flush(bench.folder(), contents.files());
        shelf.lock();
        try {
            if (!touchIfPresent(digest)) {
                bench.publish(root.resolve(digest.hex()));
                Durability.flushOne(root);
                LOG.debug("event=image-stored digest={} files={} bytes={}", digest, contents.files(), contents.bytes());
            }
        } finally {
            shelf.unlock();
        }
        return digest;
    }

    /// The folder of an image, and a note that it was used now. Read-only; it stays valid until the image is
    /// deleted.
    ///
    /// @throws ImageException when the store has no such image
    public Path path(ImageDigest digest) {
        try {
            if (!touchIfPresent(digest)) {
                throw new ImageException("there is no image " + digest + " in " + root
                        + "; it was cleaned up or the folder was changed by hand: deploy the commit again");
            }
        } catch (IOException failure) {
            throw new ImageException("cannot use the image " + digest + " in " + root + ": " + failure, failure);
        }
        return root.resolve(digest.hex()).resolve(TREE);
    }

    /// Whether the image is there. Does not count as use.
    public boolean contains(ImageDigest digest) {
        return ImageRecord.exists(root.resolve(digest.hex()));
    }

    /// Every image, the most recently used first.
    ///
    /// @throws ImageException when the store cannot be read
    public List<ImageInfo> list() {
        List<ImageInfo> images = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root, ImageStore::isImage)) {
            for (Path entry : entries) {
                ImageRecord.read(entry)
                        .ifPresentOrElse(
                                images::add,
                                () -> LOG.warn("event=image-damaged path={} problem=unreadable-record", entry));
            }
        } catch (IOException failure) {
            throw new ImageException("cannot list the image store " + root + ": " + failure, failure);
        }
        images.sort(Comparator.comparing(ImageInfo::lastUsed).reversed().thenComparing(ImageInfo::digest));
        return List.copyOf(images);
    }

    /// Deletes an image; one that is not there is no error. It vanishes at once, its files a little later.
    ///
    /// @throws ImageException when the files cannot be deleted
    public void delete(ImageDigest digest) {
        try (Workbench bench = Workbench.claim(benches)) {
            shelf.lock();
            try {
                if (!ImageRecord.exists(root.resolve(digest.hex()))) {
                    return;
                }
                Files.move(
                        root.resolve(digest.hex()), bench.folder().resolve("deleted"), StandardCopyOption.ATOMIC_MOVE);
            } finally {
                shelf.unlock();
            }
        } catch (IOException failure) {
            throw new ImageException("cannot delete the image " + digest + " in " + root + ": " + failure, failure);
        }
    }

    /// Deletes what crashed puts left behind and then, oldest use first, images not in `keep` until the rest fits
    /// `budgetBytes`.
    ///
    /// Images in `keep` stay even when they alone exceed the budget: name there all that a release, a unit or a
    /// running deploy needs.
    ///
    /// @return the bytes freed, leftovers not counted
    /// @throws ImageException when something cannot be deleted
    public long collect(Set<ImageDigest> keep, long budgetBytes) {
        if (budgetBytes < 0) {
            throw new ImageException("the image budget is " + budgetBytes + " bytes (expected 0 or more)");
        }
        try {
            Workbench.sweep(benches);
        } catch (IOException failure) {
            throw new ImageException("cannot clear leftovers in " + benches + ": " + failure, failure);
        }
        List<ImageInfo> images = list();
        long total = images.stream().mapToLong(ImageInfo::bytes).sum();
        long freed = 0;
        for (ImageInfo image : images.reversed()) {
            if (total - freed <= budgetBytes) {
                break;
            }
            if (!keep.contains(image.digest()) && !usedSince(image)) {
                delete(image.digest());
                freed += image.bytes();
                LOG.info("event=image-collected digest={} bytes={}", image.digest(), image.bytes());
            }
        }
        return freed;
    }

    private boolean usedSince(ImageInfo image) {
        return ImageRecord.read(root.resolve(image.digest().hex()))
                .map(now -> now.lastUsed().isAfter(image.lastUsed()))
                .orElse(true);
    }

    private boolean touchIfPresent(ImageDigest digest) throws IOException {
        shelf.lock();
        try {
            Path entry = root.resolve(digest.hex());
            if (!ImageRecord.exists(entry)) {
                return false;
            }
            Instant now = clock.instant();
            if (ImageRecord.lastUsed(entry).plus(USE_PRECISION).isBefore(now)) {
                ImageRecord.touch(entry, now);
            }
            return true;
        } finally {
            shelf.unlock();
        }
    }

    private static boolean isImage(Path entry) {
        return IMAGE_NAME.matcher(entry.getFileName().toString()).matches()
                && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS);
    }
}
