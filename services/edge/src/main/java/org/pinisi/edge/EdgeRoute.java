package org.pinisi.edge;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The edge's map from host names and paths to what answers for them.
///
/// @param name the route's own name, usually the app's: 1 to 100 lower-case letters, digits, `.`, `_` or
///     `-`
/// @param hosts the host names, without port, 1 to 100 of them: exact (`example.org`), with a wildcard for
///     one label
///     (`*.example.org`; an exact name wins over it), or `*` for whatever no other route has. Kept in
///     lower case, a
///     closing dot is dropped, international names are kept in their ASCII form
/// @param paths the path prefixes, on segment boundaries (`/shop` takes `/shop` and `/shop/7`, not
///     `/shopping`), 1 to
///     100 of them; the longest that fits wins; `/` is the default
/// @param target what answers
/// @param rules what else applies
public record EdgeRoute(String name, List<String> hosts, List<String> paths, Target target, RouteRules rules) {
    private static final int MOST = 100;
    private static final List<String> EVERYTHING = List.of("/");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

    /// @throws EdgeException when a part is not of the form above, naming the part
    public EdgeRoute {
        if (!NAME.matcher(name).matches()) {
            throw EdgeException.at(
                    "name",
                    "\"" + name + "\" is no route name: expected 1 to 100 lower-case letters, digits, '.', "
                            + "'_' or '-', beginning with a letter or digit");
        }
        hosts = cleanHosts(name, hosts);
        paths = cleanPaths(name, paths);
        if (target instanceof Target.Passthrough && (!paths.equals(EVERYTHING) || !rules.equals(RouteRules.none()))) {
            throw EdgeException.at(
                    "target",
                    "passes TLS through unopened, so the route " + name + " can have neither paths nor rules");
        }
    }

    /// Every path, no further rules.
    public EdgeRoute(String name, List<String> hosts, Target target) {
        this(name, hosts, EVERYTHING, target, RouteRules.none());
    }

    /// The same with other rules.
    public EdgeRoute withRules(RouteRules newRules) {
        return new EdgeRoute(name, hosts, paths, target, newRules);
    }

    /// The same with other path prefixes.
    public EdgeRoute withPaths(List<String> newPaths) {
        return new EdgeRoute(name, hosts, newPaths, target, rules);
    }

    private static List<String> cleanHosts(String name, List<String> hosts) {
        Set<String> clean = new LinkedHashSet<>();
        for (int i = 0; i < hosts.size(); i++) {
            clean.add(HostNames.pattern("hosts[" + i + "]", hosts.get(i)));
        }
        if (clean.isEmpty() || clean.size() > MOST) {
            throw EdgeException.at(
                    "hosts", "the route " + name + " names " + clean.size() + " hosts; expected 1 to " + MOST);
        }
        return List.copyOf(clean);
    }

    private static List<String> cleanPaths(String name, List<String> paths) {
        Set<String> clean = new LinkedHashSet<>();
        for (int i = 0; i < paths.size(); i++) {
            String path = paths.get(i);
            Expect.path("paths[" + i + "]", path);
            clean.add(path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path);
        }
        if (clean.isEmpty() || clean.size() > MOST) {
            throw EdgeException.at(
                    "paths", "the route " + name + " names " + clean.size() + " paths; expected 1 to " + MOST);
        }
        return List.copyOf(clean);
    }
}
