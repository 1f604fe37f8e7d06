package org.pinisi.edge;

import java.net.URI;
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
    /// @param upstreams at most 256, each with an id of its own; none at all is allowed and answers 503
    ///     until there
    ///     is one
    /// @param balancing how they share the requests
    record Upstreams(List<Upstream> upstreams, Balancing balancing) implements Target {
        private static final int MOST = 256;

        /// @throws EdgeException when there are too many, or two of one id
        public Upstreams {
            upstreams = distinct("upstreams", upstreams, MOST);
        }

        /// In turn.
        public Upstreams(List<Upstream> upstreams) {
            this(upstreams, Balancing.defaults());
        }

        /// The same for upstreams listed one by one.
        public static Upstreams of(Upstream... upstreams) {
            return new Upstreams(List.of(upstreams));
        }

        private static List<Upstream> distinct(String field, List<Upstream> upstreams, int most) {
            if (upstreams.size() > most) {
                throw EdgeException.at(
                        field, "a route has at most " + most + " upstreams, this one names " + upstreams.size());
            }
            Set<String> ids = new HashSet<>();
            for (int i = 0; i < upstreams.size(); i++) {
                String id = upstreams.get(i).id();
                if (!ids.add(id)) {
                    throw EdgeException.at(
                            field + "[" + i + "].id",
                            "the upstream " + id + " is named twice; give each unit an id of its own");
                }
            }
            return List.copyOf(upstreams);
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
                throw EdgeException.at(
                        "folder", "the folder " + path + " is a relative path; expected an absolute one");
            }
            if (settings.size() > MOST) {
                throw EdgeException.at(
                        "settings", "a folder has at most " + MOST + " settings, this one has " + settings.size());
            }
            settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        }

        /// Served as usual.
        public Folder(Path path) {
            this(path, Map.of());
        }
    }

    /// Somewhere else: the client is told to ask there.
    ///
    /// @param location where: an absolute `http` or `https` URL, or a path beginning with one slash
    /// @param status 301, 302, 303, 307 or 308 (the default)
    /// @param keepPath whether the request's path and query are put behind the location (yes)
    record Redirect(String location, int status, boolean keepPath) implements Target {
        /// @throws EdgeException when the location is no such URL or path, or the status no redirect's
        public Redirect {
            location = location("redirect", location);
            redirectStatus("status", status);
        }

        /// Permanent, with the request's path and query behind the location.
        public Redirect(String location) {
            this(location, 308, true);
        }

        static void redirectStatus(String field, int status) {
            if (!List.of(301, 302, 303, 307, 308).contains(status)) {
                throw EdgeException.at(field, status + " (expected: 301, 302, 303, 307 or 308)");
            }
        }

        /// Checked so that it can stand in a header field as it is.
        static String location(String field, String text) {
            boolean plain = text.length() <= 2048 && text.chars().allMatch(c -> c > ' ' && c <= '~');
            boolean local = text.startsWith("/") && !text.startsWith("//") && !text.startsWith("/\\");
            try {
                URI uri = URI.create(plain ? text : "");
                String scheme = uri.getScheme();
                boolean absolute = scheme != null && scheme.matches("https?") && uri.getHost() != null;
                if (absolute || (plain && local)) {
                    return text;
                }
            } catch (IllegalArgumentException malformed) {
                // said below
            }
            throw EdgeException.at(
                    field,
                    "\"" + text + "\" (expected: a URL such as https://example.org/new, or a path such as /new)");
        }
    }

    /// TLS connections for the hosts are passed on unopened, chosen by the server name in their first
    /// bytes; the edge needs no certificate for them and sees nothing of what is inside.
    ///
    /// @param upstreams 1 to 256, each with an id of its own; their protocol does not matter
    /// @param proxyProtocol whether each connection begins with a line (PROXY protocol, version 2) that
    ///     says who the client is
    record Passthrough(List<Upstream> upstreams, boolean proxyProtocol) implements Target {
        /// @throws EdgeException when there are none, too many, or two of one id
        public Passthrough {
            upstreams = Upstreams.distinct("passthrough", upstreams, Upstreams.MOST);
            if (upstreams.isEmpty()) {
                throw EdgeException.at("passthrough", "empty (expected: at least one upstream)");
            }
        }
    }
}
