package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;

/// The folders and values of a repository, read through a cache that is bounded. Safe for any number of threads.
final class StoreObjects {
    private static final int OVERHEAD = 64;

    private final Repository repository;
    private final StoreLimits limits;
    private final BoundedCache<ObjectId, TreeFolder> folders;
    private final BoundedCache<ObjectId, byte[]> values;

    StoreObjects(Repository repository, StoreLimits limits) {
        this.repository = repository;
        this.limits = limits;
        // Folders are needed on the way to every value, so half of the memory is theirs whatever is read.
        this.folders = new BoundedCache<>(limits.cacheBytes() / 2, folder -> folder.weight() + OVERHEAD);
        this.values = new BoundedCache<>(limits.cacheBytes() / 2, value -> value.length + OVERHEAD);
    }

    Repository repository() {
        return repository;
    }

    TreeFolder folder(ObjectId tree) throws IOException {
        Optional<TreeFolder> kept = folders.find(tree);
        if (kept.isPresent()) {
            return kept.get();
        }
        try (ObjectReader reader = repository.newObjectReader()) {
            ObjectLoader loader = reader.open(tree, Constants.OBJ_TREE);
            if (loader.getSize() > limits.folderBytes()) {
                throw new GitException("the folder %s has %d bytes; at most %d are read"
                        .formatted(tree.name(), loader.getSize(), limits.folderBytes()));
            }
            TreeFolder folder = TreeFolder.parse(loader.getCachedBytes(limits.folderBytes()));
            folders.put(tree, folder);
            return folder;
        }
    }

    /// What a path below a folder stands for.
    Optional<TreeSlot> find(ObjectId tree, String path) throws IOException {
        ObjectId folder = tree;
        String[] segments = path.split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            Optional<TreeSlot> slot = folder(folder).find(segments[i].getBytes(UTF_8));
            boolean last = i == segments.length - 1;
            if (last || slot.isEmpty() || !slot.get().isFolder()) {
                return last ? slot : Optional.empty();
            }
            folder = slot.get().id();
        }
        return Optional.empty();
    }

    /// The caller must not change the array.
    byte[] value(ObjectId blob, String path) throws IOException {
        Optional<byte[]> kept = values.find(blob);
        if (kept.isPresent()) {
            return kept.get();
        }
        try (ObjectReader reader = repository.newObjectReader()) {
            ObjectLoader loader = reader.open(blob, Constants.OBJ_BLOB);
            if (loader.getSize() > limits.valueBytes()) {
                throw new GitException("the value of %s has %d bytes; at most %d are read"
                        .formatted(path, loader.getSize(), limits.valueBytes()));
            }
            byte[] value = loader.getCachedBytes(limits.valueBytes());
            values.put(blob, value);
            return value;
        }
    }
}
