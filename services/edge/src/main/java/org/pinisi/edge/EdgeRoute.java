package org.pinisi.edge;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// The edge's map from host names to what answers for them.
///
/// @param name the route's own name, usually the app's: 1 to 100 lower-case letters, digits, `.`, `_` or `-`
/// @param hosts the exact host names, without port, 1 to 100 of them; kept in lower case, a closing dot is dropped
/// @param target what answers
public record EdgeRoute(String name, List<String> hosts, Target target) {
    private static final int MOST_HOSTS = 100;
    private static final int LONGEST_HOST = 253;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");
    private static final Pattern HOST =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,62})(\\.[a-z0-9_]([a-z0-9_-]{0,62}))*|\\[[0-9a-f:.]+]");

    /// @throws EdgeException when a part is not of the form above, naming the part
    public EdgeRoute {
        if (!NAME.matcher(name).matches()) {
            throw new EdgeException(
                    "\"" + name + "\" is no route name: expected 1 to 100 lower-case letters, digits, '.', "
                            + "'_' or '-', beginning with a letter or digit");
        }
        Set<String> clean = new LinkedHashSet<>();
        for (String host : hosts) {
            clean.add(cleanHost(name, host));
        }
        hosts = List.copyOf(clean);
        if (hosts.isEmpty() || hosts.size() > MOST_HOSTS) {
            throw new EdgeException(
                    "the route " + name + " names " + hosts.size() + " hosts; expected 1 to " + MOST_HOSTS);
        }
    }

    private static String cleanHost(String route, String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        String clean = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        if (clean.length() > LONGEST_HOST || !HOST.matcher(clean).matches()) {
            throw new EdgeException("the route " + route + " names the host \"" + host
                    + "\": expected a host name without port or path, such as clock.example.org");
        }
        return clean;
    }
}
