package org.pinisi.edge;

import java.util.Optional;

/// How the upstream sees what was asked for.
///
/// @param stripPrefix taken off the path's front, on a segment boundary, where the path has it; empty for
///     nothing
/// @param addPrefix put before the path, after stripping; empty for nothing
/// @param host the `Host` that the upstream sees; empty (the default) for the client's
public record RewriteRule(Optional<String> stripPrefix, Optional<String> addPrefix, Optional<String> host) {
    private static final RewriteRule NONE = new RewriteRule(Optional.empty(), Optional.empty(), Optional.empty());

    /// @throws EdgeException when a part is no path, or no host
    public RewriteRule {
        stripPrefix = stripPrefix.map(prefix -> clean("strip-prefix", prefix));
        addPrefix = addPrefix.map(prefix -> clean("add-prefix", prefix));
        host = host.map(name -> HostNames.exact("host", name));
    }

    private static String clean(String field, String prefix) {
        Expect.path(field, prefix);
        if (prefix.equals("/")) {
            throw EdgeException.at(field, "\"/\" changes nothing (leave the key out)");
        }
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix;
    }

    /// Nothing is rewritten.
    public static RewriteRule none() {
        return NONE;
    }
}
