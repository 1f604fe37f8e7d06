package org.pinisi.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/// A three-way merge, key by key: what only one side changed is taken over, what both changed
/// differently is decided by the resolver. What is no value (a link, a submodule, a name that is no
/// key) stays as it is here.
final class StoreMerge {
    private final StoreObjects objects;
    private final ConflictResolver resolver;
    private final CommitId ours;
    private final CommitId theirs;
    private final Map<String, Optional<TreeSlot>> changes = new HashMap<>();
    private final List<byte[]> values = new ArrayList<>();
    private final List<SyncConflict> conflicts = new ArrayList<>();

    StoreMerge(StoreObjects objects, ConflictResolver resolver, CommitId ours, CommitId theirs) {
        this.objects = objects;
        this.resolver = resolver;
        this.ours = ours;
        this.theirs = theirs;
    }

    /// Compares the trees and decides; nothing is written yet.
    void compare(Optional<ObjectId> base, Optional<ObjectId> ourTree, Optional<ObjectId> theirTree) throws IOException {
        new StoreDiff(objects).walk(List.of(base, ourTree, theirTree), (path, slots) -> {
            Optional<TreeSlot> old = slots.get(0);
            Optional<TreeSlot> our = slots.get(1);
            Optional<TreeSlot> their = slots.get(2);
            if (our.equals(their) || their.equals(old)) {
                return;
            }
            if (our.equals(old)) {
                changes.put(path, their);
                return;
            }
            decide(path, old, our, their);
        });
    }

    /// How many paths of ours are to change.
    int size() {
        return changes.size() + values.size();
    }

    /// Writes the merged tree.
    ObjectId write(ObjectBatch batch, Optional<ObjectId> ourTree) throws IOException {
        for (byte[] value : values) {
            batch.insert(Constants.OBJ_BLOB, value);
        }
        TreeEditor editor = new TreeEditor(objects, batch, (path, _) -> note(path, SyncConflict.Kept.OURS));
        return editor.apply(ourTree, changes);
    }

    List<SyncConflict> conflicts() {
        return List.copyOf(conflicts);
    }

    private void decide(String path, Optional<TreeSlot> old, Optional<TreeSlot> our, Optional<TreeSlot> their)
            throws IOException {
        Optional<StoreKey> key = TreeEditor.key(path);
        boolean values = List.of(our, their).stream().flatMap(Optional::stream).allMatch(TreeSlot::isValue);
        if (key.isEmpty() || !values) {
            note(path, SyncConflict.Kept.OURS);
            return;
        }
        ConflictResolver.Conflict conflict = new ConflictResolver.Conflict(
                key.get(),
                value(key.get(), old.filter(TreeSlot::isValue)),
                value(key.get(), our),
                value(key.get(), their));
        switch (resolver.resolve(conflict)) {
            case ConflictResolver.Choice.Ours() -> note(path, SyncConflict.Kept.OURS);
            case ConflictResolver.Choice.Theirs() -> {
                changes.put(path, their);
                note(path, SyncConflict.Kept.THEIRS);
            }
            case ConflictResolver.Choice.Merged(byte[] value) -> {
                changes.put(path, Optional.of(new TreeSlot(FileMode.REGULAR_FILE, blob(value))));
                note(path, SyncConflict.Kept.MERGED);
            }
        }
    }

    private ObjectId blob(byte[] value) {
        byte[] copy = value.clone();
        values.add(copy);
        try (ObjectInserter.Formatter formatter = new ObjectInserter.Formatter()) {
            return formatter.idFor(Constants.OBJ_BLOB, copy);
        }
    }

    private Optional<byte[]> value(StoreKey key, Optional<TreeSlot> slot) throws IOException {
        return slot.isEmpty()
                ? Optional.empty()
                : Optional.of(objects.value(slot.get().id(), key.path()).clone());
    }

    private void note(String path, SyncConflict.Kept kept) {
        String shown = TreeEditor.key(path).map(StoreKey::path).orElseGet(() -> ProgressQueue.printable(path));
        conflicts.add(new SyncConflict(shown, ours, theirs, kept));
    }
}
