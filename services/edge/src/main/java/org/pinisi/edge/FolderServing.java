package org.pinisi.edge;

import java.util.Optional;
import org.pinisi.http.FastPath;

/// How folders are served: given to the edge by whoever starts it.
@FunctionalInterface
public interface FolderServing {
    /// What answers for this folder: it must take every request that it is offered. Called once for each route, on a
    /// thread that may block; what it returns is used on event loops until the route leads elsewhere and its last
    /// answer is sent, and is then left to the garbage collector.
    ///
    /// @param compression what the route says about compressed forms; without it, whoever serves decides
    /// @throws EdgeException when it is no folder that can be read, or a setting cannot be used, naming it
    FastPath open(Target.Folder folder, Optional<CompressionRule> compression);
}
