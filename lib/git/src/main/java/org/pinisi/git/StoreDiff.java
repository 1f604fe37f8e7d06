package org.pinisi.git;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.AbstractTreeIterator;
import org.eclipse.jgit.treewalk.CanonicalTreeParser;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.TreeFilter;

/// Walks through trees side by side and stops where they differ. What they have in common is not read.
final class StoreDiff {
    private final StoreObjects objects;

    StoreDiff(StoreObjects objects) {
        this.objects = objects;
    }

    /// One path, raw as in [TreeEditor], and what it stands for in each tree.
    @FunctionalInterface
    interface Visitor {
        void differs(String path, List<Optional<TreeSlot>> slots) throws IOException;
    }

    void walk(List<Optional<ObjectId>> trees, Visitor visitor) throws IOException {
        try (ObjectReader reader = objects.repository().newObjectReader();
                TreeWalk walk = new TreeWalk(reader)) {
            for (Optional<ObjectId> tree : trees) {
                walk.addTree(tree.isPresent() ? iterator(reader, tree.get()) : new EmptyTreeIterator());
            }
            walk.setFilter(TreeFilter.ANY_DIFF);
            walk.setRecursive(true);
            while (walk.next()) {
                List<Optional<TreeSlot>> slots = new ArrayList<>();
                for (int i = 0; i < trees.size(); i++) {
                    FileMode mode = walk.getFileMode(i);
                    boolean there = !FileMode.MISSING.equals(mode) && !FileMode.TREE.equals(mode);
                    slots.add(there ? Optional.of(new TreeSlot(mode, walk.getObjectId(i))) : Optional.empty());
                }
                visitor.differs(new String(walk.getRawPath(), ISO_8859_1), slots);
            }
        }
    }

    /// The keys whose values differ, sorted.
    List<StoreKey> keys(Optional<ObjectId> before, Optional<ObjectId> after) throws IOException {
        List<StoreKey> keys = new ArrayList<>();
        walk(List.of(before, after), (path, slots) -> {
            boolean value = slots.stream().flatMap(Optional::stream).anyMatch(TreeSlot::isValue);
            if (value) {
                TreeEditor.key(path).ifPresent(keys::add);
            }
        });
        return keys.stream().sorted().toList();
    }

    private static AbstractTreeIterator iterator(ObjectReader reader, ObjectId tree) throws IOException {
        CanonicalTreeParser parser = new CanonicalTreeParser();
        parser.reset(reader, tree);
        return parser;
    }
}
