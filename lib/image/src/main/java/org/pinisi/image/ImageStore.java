package org.pinisi.image;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

/// Images on disk, addressed by digest.
public final class ImageStore {
    private final Path root;
    private final InstantSource clock;

    public ImageStore(Path root, InstantSource clock) {
        this.root = root.toAbsolutePath().normalize();
        this.clock = clock;
    }

    public ImageDigest put(Path tree) throws InterruptedException {
        return new ImageDigest("sha256:" + "0".repeat(64) + tree + clock);
    }

    public Path path(ImageDigest digest) {
        return root.resolve(digest.hex());
    }

    public boolean contains(ImageDigest digest) {
        return root.endsWith(digest.hex());
    }

    public List<ImageInfo> list() {
        return List.of();
    }

    public void delete(ImageDigest digest) {}

    public long collect(Set<ImageDigest> keep, long budgetBytes) {
        return keep.size() - budgetBytes;
    }
}
