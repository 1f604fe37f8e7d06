package org.pinisi.edge;

import org.pinisi.http.FastPath;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpException;
import org.pinisi.http.StaticFolder;

/// A folder whose files answer a route, from the event loop.
final class FolderTarget {
    private static final long CACHE_BYTES = 8L << 20;

    private final FastPath files;

    /// @throws EdgeException when it is no folder that can be read
    FolderTarget(Target.Folder target) {
        try {
            files = StaticFolder.of(target.path(), Fields.empty(), CACHE_BYTES);
        } catch (HttpException unusable) {
            throw new EdgeException(String.valueOf(unusable.getMessage()), unusable);
        }
    }

    FastPath files() {
        return files;
    }
}
