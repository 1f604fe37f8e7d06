package org.pinisi.edge;

import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What answers for a route.
public sealed interface Target {
    /// Running units, asked in turn.
    ///
    /// @param upstreams at most 256, each with an id of its own; none at all is allowed and answers 503 until there
    /// is one
    record Upstreams(List<Upstream> upstreams) implements Target {
        private static final int MOST = 256;

        /// @throws EdgeException when there are too many, or two of one id
        public Upstreams {
            upstreams = List.copyOf(upstreams);
            if (upstreams.size() > MOST) {
                throw new EdgeException(
                        "a route has at most " + MOST + " upstreams, this one names " + upstreams.size());
            }
            Set<String> ids = new HashSet<>();
            for (Upstream upstream : upstreams) {
                if (!ids.add(upstream.id())) {
                    throw new EdgeException(
                            "the upstream " + upstream.id() + " is named twice; give each unit an id of its own");
                }
            }
        }

        /// The same for upstreams listed one by one.
        public static Upstreams of(Upstream... upstreams) {
            return new Upstreams(List.of(upstreams));
        }
    }

    /// A folder of files that the edge serves by itself; it must not change while it is served.
    ///
    /// @param path the folder, absolute
    /// @param settings how it is to be served, as [FolderServing] knows them; at most 16
    record Folder(Path path, Map<String, String> settings) implements Target {
        private static final int MOST = 16;

        /// @throws EdgeException when the path is relative, or there are too many settings
        public Folder {
            if (!path.isAbsolute()) {
                throw new EdgeException("the folder " + path + " is a relative path; expected an absolute one");
            }
            if (settings.size() > MOST) {
                throw new EdgeException("a folder has at most " + MOST + " settings, this one has " + settings.size());
            }
            settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        }

        /// Served as usual.
        public Folder(Path path) {
            this(path, Map.of());
        }
    }
}
