package org.pinisi.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.jspecify.annotations.Nullable;

/// Makes a changed tree from an unchanged one, writing anew only the folders on the way to what
/// changes. A folder that becomes empty vanishes. Paths are raw: one character for each byte, because
/// Git's names need not be text.
final class TreeEditor {
    private final StoreObjects objects;
    private final ObjectBatch batch;
    private final Clashes clashes;

    /// Told of each change that cannot be made because a name cannot be both a file and a folder.
    @FunctionalInterface
    interface Clashes {
        /// @param path raw, of what was to be set
        /// @param file raw, the path that is a file or would have to be one
        void met(String path, String file);
    }

    TreeEditor(StoreObjects objects, ObjectBatch batch, Clashes clashes) {
        this.objects = objects;
        this.batch = batch;
        this.clashes = clashes;
    }

    static String raw(StoreKey key) {
        return new String(key.path().getBytes(UTF_8), ISO_8859_1);
    }

    static Optional<StoreKey> key(String raw) {
        return StoreKey.text(raw.getBytes(ISO_8859_1)).flatMap(StoreKey::parse);
    }

    /// The tree with the changes: set, or removed where there is no slot. What clashes is left out.
    ObjectId apply(Optional<ObjectId> tree, Map<String, Optional<TreeSlot>> changes) throws IOException {
        Node top = new Node("");
        changes.forEach(top::add);
        Optional<ObjectId> changed = apply(top, tree);
        return changed.isPresent() ? changed.get() : batch.insert(Constants.OBJ_TREE, new byte[0]);
    }

    private Optional<ObjectId> apply(Node node, Optional<ObjectId> before) throws IOException {
        TreeFolder folder = before.isPresent() ? objects.folder(before.get()) : TreeFolder.EMPTY;
        Map<byte[], Optional<TreeSlot>> changed = new TreeMap<>(Arrays::compareUnsigned);
        int names = folder.size();
        for (Map.Entry<String, Node> child : node.children.entrySet()) {
            byte[] name = child.getKey().getBytes(ISO_8859_1);
            Optional<TreeSlot> old = folder.find(name);
            Optional<TreeSlot> fresh = slot(child.getValue(), old);
            if (!fresh.equals(old)) {
                changed.put(name, fresh);
                names += (fresh.isPresent() ? 1 : 0) - (old.isPresent() ? 1 : 0);
            }
        }
        if (changed.isEmpty()) {
            return before;
        }
        return names == 0 ? Optional.empty() : Optional.of(batch.insert(Constants.OBJ_TREE, folder.with(changed)));
    }

    private Optional<TreeSlot> slot(Node node, Optional<TreeSlot> old) throws IOException {
        Optional<TreeSlot> oldFile = old.filter(slot -> !slot.isFolder());
        Optional<TreeSlot> file = node.change == null ? oldFile : node.change.slot();
        boolean removed = node.change != null && node.change.slot().isEmpty();
        Optional<TreeSlot> oldFolder = old.filter(TreeSlot::isFolder);
        if (node.children.isEmpty()) {
            return ofLeaf(node, file, oldFolder);
        }
        if (oldFile.isPresent() && !removed && node.setsBelow()) {
            node.forEachSet(path -> clashes.met(path, node.path));
            return oldFile;
        }
        Optional<TreeSlot> folder = apply(node, oldFolder.map(TreeSlot::id)).map(id -> new TreeSlot(FileMode.TREE, id));
        return ofLeaf(node, file, folder);
    }

    private Optional<TreeSlot> ofLeaf(Node node, Optional<TreeSlot> file, Optional<TreeSlot> folder) {
        if (folder.isPresent() && file.isPresent()) {
            clashes.met(node.path, node.path);
        }
        return folder.isPresent() ? folder : file;
    }

    /// What becomes of a name: empty when it goes.
    private record Change(Optional<TreeSlot> slot) {}

    /// The changes below one name.
    private static final class Node {
        private final String path;
        private final Map<String, Node> children = new TreeMap<>();

        private @Nullable Change change;

        Node(String path) {
            this.path = path;
        }

        void add(String below, Optional<TreeSlot> slot) {
            Node node = this;
            for (String segment : below.split("/", -1)) {
                Node parent = node;
                node = node.children.computeIfAbsent(
                        segment, name -> new Node(parent.path.isEmpty() ? name : parent.path + "/" + name));
            }
            node.change = new Change(slot);
        }

        boolean setsBelow() {
            return children.values().stream()
                    .anyMatch(child ->
                            (child.change != null && child.change.slot().isPresent()) || child.setsBelow());
        }

        void forEachSet(Consumer<String> consumer) {
            for (Node child : children.values()) {
                if (child.change != null && child.change.slot().isPresent()) {
                    consumer.accept(child.path);
                }
                child.forEachSet(consumer);
            }
        }
    }
}
