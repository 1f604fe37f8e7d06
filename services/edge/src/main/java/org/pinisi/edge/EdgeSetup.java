package org.pinisi.edge;

import java.util.List;
import java.util.Map;

/// What the files of a configuration say, once all of it was understood. Immutable.
///
/// @param version which state of the files this is: a commit, or the beginning of a digest
/// @param config listeners, limits and logs
/// @param words the same as written, for telling what differs; keys as in [EdgeConfig#of]
/// @param certificates where certificates come from
/// @param routes all routes of the files
public record EdgeSetup(
        String version,
        EdgeConfig config,
        Map<String, String> words,
        CertificateSettings certificates,
        List<EdgeRoute> routes) {
    public EdgeSetup {
        words = Map.copyOf(words);
        routes = List.copyOf(routes);
    }
}
