package org.pinisi.git;

import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;

/// What a name in a folder stands for: a mode and an object.
record TreeSlot(FileMode mode, ObjectId id) {
    boolean isFolder() {
        return FileMode.TREE.equals(mode);
    }

    /// Whether it is a file, and so a value: neither a folder, a link nor a submodule.
    boolean isValue() {
        return FileMode.REGULAR_FILE.equals(mode) || FileMode.EXECUTABLE_FILE.equals(mode);
    }
}
