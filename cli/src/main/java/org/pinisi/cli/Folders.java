package org.pinisi.cli;

import org.pinisi.edge.EdgeException;
import org.pinisi.edge.Target;
import org.pinisi.http.FastPath;
import org.pinisi.http.Fields;
import org.pinisi.http.HttpException;
import org.pinisi.http.StaticFolder;

/// How the edge serves folders.
final class Folders {
    private static final long CACHE_BYTES = 8L << 20;

    private Folders() {}

    /// @throws EdgeException when it is no folder that can be read
    static FastPath open(Target.Folder folder) {
        try {
            return StaticFolder.of(folder.path(), Fields.empty(), CACHE_BYTES);
        } catch (HttpException unusable) {
            throw new EdgeException(String.valueOf(unusable.getMessage()), unusable);
        }
    }
}
