package org.pinisi.git;

import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.jspecify.annotations.Nullable;

/// Reads a commit's folders. A folder whose identity is known already is not read again, so that the
/// cost is that of what differs, and a tree that names the same folder a billion times costs one. Used
/// once, by one thread.
final class FolderReader {
    static final TreeEntry.Kind[] KINDS = TreeEntry.Kind.values();

    private static final int MAX_DEPTH = 256;
    private static final int MAX_FOLDER_BYTES = 64 << 20;
    private static final int ID_BYTES = Constants.OBJECT_ID_LENGTH;

    private final String source;
    private final ObjectReader reader;
    private final int maxEntries;
    private final Map<TreeId, GitFolder> known = new HashMap<>();
    private int entries;

    /// @param maxEntries how many names there may be in the folders that are read
    FolderReader(String source, ObjectReader reader, int maxEntries) {
        this.source = source;
        this.reader = reader;
        this.maxEntries = maxEntries;
    }

    /// Takes over what an earlier reading found.
    FolderReader knowing(GitFolder earlier) {
        if (known.putIfAbsent(earlier.id(), earlier) == null) {
            for (int entry = 0; entry < earlier.size(); entry++) {
                GitFolder below = earlier.below(entry);
                if (below != null) {
                    knowing(below);
                }
            }
        }
        return this;
    }

    GitFolder read(ObjectId tree) throws IOException {
        return read(tree, 0);
    }

    private GitFolder read(ObjectId tree, int depth) throws IOException {
        TreeId id = Ids.tree(tree);
        GitFolder earlier = known.get(id);
        if (earlier != null) {
            return earlier;
        }
        if (depth > MAX_DEPTH) {
            throw new GitException(source + " has folders in folders more than " + MAX_DEPTH + " deep");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new GitException("reading the folders of " + source + " was interrupted");
        }
        byte[] raw = reader.open(tree, Constants.OBJ_TREE).getCachedBytes(MAX_FOLDER_BYTES);
        GitFolder folder = new Parsed(raw).folder(id, depth);
        known.put(id, folder);
        return folder;
    }

    /// The entries of one raw tree: mode, blank, name, NUL, identity.
    private final class Parsed {
        private final byte[] raw;
        private int[] modes = new int[16];
        private int[] nameStarts = new int[16];
        private int[] nameEnds = new int[16];
        private int count;

        Parsed(byte[] raw) {
            this.raw = raw;
            for (int at = 0; at < raw.length; ) {
                at = entry(at);
            }
            entries += count;
            if (entries > maxEntries) {
                throw new GitException(
                        "%s has more than %d files and folders; raise the limit or remove what does not belong there"
                                .formatted(source, maxEntries));
            }
        }

        private int entry(int start) {
            int at = start;
            int mode = 0;
            for (; at < raw.length && raw[at] != ' '; at++) {
                mode = mode << 3 | raw[at] - '0';
            }
            int name = at + 1;
            int end = name;
            while (end < raw.length && raw[end] != 0) {
                end++;
            }
            if (end + ID_BYTES >= raw.length || end == name) {
                throw new GitException(
                        source + " has a damaged folder; run git fsck, and push again from a good clone");
            }
            if (count == modes.length) {
                modes = Arrays.copyOf(modes, count * 2);
                nameStarts = Arrays.copyOf(nameStarts, count * 2);
                nameEnds = Arrays.copyOf(nameEnds, count * 2);
            }
            modes[count] = mode;
            nameStarts[count] = name;
            nameEnds[count++] = end;
            return end + 1 + ID_BYTES;
        }

        GitFolder folder(TreeId id, int depth) throws IOException {
            // Git sorts a folder as if its name ended in a slash; plain order lets names be found by halving.
            int[] order = IntStream.range(0, count)
                    .boxed()
                    .sorted(Comparator.comparing(entry -> entry, this::compare))
                    .mapToInt(entry -> entry)
                    .toArray();
            byte[] names = new byte[Arrays.stream(order).map(this::nameLength).sum()];
            int[] starts = new int[count + 1];
            byte[] kinds = new byte[count];
            byte[] ids = new byte[count * ID_BYTES];
            @Nullable GitFolder @Nullable [] folders = null;
            for (int i = 0; i < count; i++) {
                int entry = order[i];
                System.arraycopy(raw, nameStarts[entry], names, starts[i], nameLength(entry));
                starts[i + 1] = starts[i] + nameLength(entry);
                System.arraycopy(raw, nameEnds[entry] + 1, ids, i * ID_BYTES, ID_BYTES);
                FileMode mode = FileMode.fromBits(modes[entry]);
                kinds[i] = place(TreeExport.kind(mode));
                if (FileMode.TREE.equals(mode)) {
                    folders = folders == null ? new @Nullable GitFolder[count] : folders;
                    folders[i] = read(ObjectId.fromRaw(raw, nameEnds[entry] + 1), depth + 1);
                }
            }
            return new GitFolder(id, names, starts, kinds, ids, folders);
        }

        private int compare(int first, int second) {
            return Arrays.compareUnsigned(
                    raw, nameStarts[first], nameEnds[first], raw, nameStarts[second], nameEnds[second]);
        }

        private int nameLength(int entry) {
            return nameEnds[entry] - nameStarts[entry];
        }
    }

    @SuppressWarnings("EnumOrdinal") // a place in memory, stored nowhere
    private static byte place(TreeEntry.Kind kind) {
        return (byte) kind.ordinal();
    }
}
