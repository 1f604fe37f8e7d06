package org.pinisi.git;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.jgit.lib.ObjectId;

/// One version of a [GitStore], which stays as it is while others write. It is a name and no copy: what
/// is asked for is read from the repository. Safe for any number of threads; methods throw
/// [GitException] when the repository cannot be read. Names in the branch that are no [StoreKey], links
/// and submodules are left alone and not shown.
public final class StoreSnapshot {
    private final StoreObjects objects;
    private final Optional<CommitId> commit;
    private final Optional<ObjectId> tree;

    StoreSnapshot(StoreObjects objects, Optional<CommitId> commit, Optional<ObjectId> tree) {
        this.objects = objects;
        this.commit = commit;
        this.tree = tree;
    }

    /// The commit, or empty where the branch has none yet.
    public Optional<CommitId> commit() {
        return commit;
    }

    /// A copy of the value, or empty when there is none.
    ///
    /// @throws GitException also when it has more bytes than [StoreLimits#valueBytes]
    public Optional<byte[]> get(StoreKey key) {
        try {
            Optional<TreeSlot> slot = find(key.path()).filter(TreeSlot::isValue);
            return slot.isEmpty()
                    ? Optional.empty()
                    : Optional.of(objects.value(slot.get().id(), key.path()).clone());
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot read the value of " + key, failure);
        }
    }

    /// Whether there is a value.
    public boolean has(StoreKey key) {
        return version(key).isPresent();
    }

    /// What differs when the value differs: the name of its bytes, 40 hexadecimal digits, without
    /// reading them.
    public Optional<String> version(StoreKey key) {
        try {
            return find(key.path())
                    .filter(TreeSlot::isValue)
                    .map(slot -> slot.id().name());
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot look for " + key, failure);
        }
    }

    /// What is in a folder, in Git's order; nothing when there is no such folder.
    ///
    /// @param folder the empty string for the topmost
    public List<StoreEntry> list(String folder) {
        try {
            List<StoreEntry> entries = new ArrayList<>();
            Optional<ObjectId> found = folder(folder);
            if (found.isPresent()) {
                TreeFolder names = objects.folder(found.get());
                for (int i = 0; i < names.size(); i++) {
                    TreeSlot slot = names.slot(i);
                    key(prefix(folder), names.name(i))
                            .filter(_ -> slot.isFolder() || slot.isValue())
                            .ifPresent(key ->
                                    entries.add(new StoreEntry(key.segments().getLast(), slot.isFolder())));
                }
            }
            return List.copyOf(entries);
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot list \"" + folder + "\"", failure);
        }
    }

    /// Calls `consumer` with each key in a folder and in the folders below it, in Git's order.
    ///
    /// @param folder the empty string for all keys
    public void forEach(String folder, Consumer<StoreKey> consumer) {
        try {
            Optional<ObjectId> found = folder(folder);
            if (found.isPresent()) {
                walk(prefix(folder), found.get(), consumer);
            }
        } catch (IOException failure) {
            throw JGitSettings.failure("cannot list \"" + folder + "\"", failure);
        }
    }

    Optional<ObjectId> tree() {
        return tree;
    }

    Optional<TreeSlot> find(String path) throws IOException {
        return tree.isEmpty() ? Optional.empty() : objects.find(tree.get(), path);
    }

    private void walk(String prefix, ObjectId folder, Consumer<StoreKey> consumer) throws IOException {
        TreeFolder names = objects.folder(folder);
        for (int i = 0; i < names.size(); i++) {
            TreeSlot slot = names.slot(i);
            Optional<StoreKey> key = key(prefix, names.name(i));
            if (key.isEmpty()) {
                continue;
            }
            if (slot.isFolder()) {
                walk(key.get().path() + "/", slot.id(), consumer);
            } else if (slot.isValue()) {
                consumer.accept(key.get());
            }
        }
    }

    private Optional<ObjectId> folder(String folder) throws IOException {
        return folder.isEmpty()
                ? tree
                : find(new StoreKey(folder).path()).filter(TreeSlot::isFolder).map(TreeSlot::id);
    }

    private static String prefix(String folder) {
        return folder.isEmpty() ? "" : folder + "/";
    }

    private static Optional<StoreKey> key(String prefix, byte[] name) {
        return StoreKey.text(name).flatMap(text -> StoreKey.parse(prefix + text));
    }
}
