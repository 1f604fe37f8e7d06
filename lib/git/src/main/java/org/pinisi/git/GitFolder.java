package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One folder of a commit with all that is below it: names, kinds and identities, without the files'
/// contents. Compact (some 40 bytes a name) and immutable; folders that are the same share one object,
/// also from commit to commit.
///
/// Entries are counted from 0 in the order of their names' bytes.
public final class GitFolder {
    private static final int ID_BYTES = 20;

    private final TreeId id;
    private final byte[] names;
    /// Where each name starts in `names`, and where the last one ends.
    private final int[] starts;
    private final byte[] kinds;
    private final byte[] ids;
    /// The folders below, at their entries' places; null when there are none at all.
    private final @Nullable GitFolder @Nullable [] folders;

    GitFolder(
            TreeId id, byte[] names, int[] starts, byte[] kinds, byte[] ids, @Nullable GitFolder @Nullable [] folders) {
        this.id = id;
        this.names = names;
        this.starts = starts;
        this.kinds = kinds;
        this.ids = ids;
        this.folders = folders;
    }

    /// Git's identity of this folder: equal when all below is equal.
    public TreeId id() {
        return id;
    }

    /// How many entries this folder has itself.
    public int size() {
        return kinds.length;
    }

    /// The place of the entry of this name, or -1.
    public int find(String name) {
        byte[] wanted = name.getBytes(UTF_8);
        int low = 0;
        int high = size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Arrays.compareUnsigned(names, starts[middle], starts[middle + 1], wanted, 0, wanted.length);
            if (order == 0) {
                return middle;
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -1;
    }

    /// The name of an entry; bytes that are not UTF-8 are replaced, and such a name cannot be found
    /// again.
    public String name(int entry) {
        return new String(names, starts[entry], starts[entry + 1] - starts[entry], UTF_8);
    }

    public TreeEntry.Kind kind(int entry) {
        return FolderReader.KINDS[kinds[entry]];
    }

    /// The identity of a file's contents or a link's target.
    ///
    /// @throws IllegalArgumentException when the entry is a folder or a submodule
    public BlobId blob(int entry) {
        TreeEntry.Kind kind = kind(entry);
        if (kind == TreeEntry.Kind.FOLDER || kind == TreeEntry.Kind.SUBMODULE) {
            throw new IllegalArgumentException("entry: " + name(entry) + ", a " + kind + " (expected: a file or link)");
        }
        return new BlobId(HexFormat.of().formatHex(ids, entry * ID_BYTES, (entry + 1) * ID_BYTES));
    }

    /// The folder that is this entry, or empty when it is something else.
    public Optional<GitFolder> folder(int entry) {
        return folders == null ? Optional.empty() : Optional.ofNullable(folders[entry]);
    }

    @Nullable
    GitFolder below(int entry) {
        return folders == null ? null : folders[entry];
    }
}
