package org.pinisi.edge;

import java.util.Optional;

/// Requests of a host or a path that are answered elsewhere.
///
/// @param host the exact host, such as `www.example.org`; empty for every host of the route
/// @param path the path prefix, on segment boundaries (`/`)
/// @param to where: an absolute `http` or `https` URL, or a path beginning with one slash
/// @param status 301, 302, 303, 307 or 308 (the default)
/// @param keepPath whether what follows the prefix, and the query, is put behind `to` (yes)
public record RedirectRule(Optional<String> host, String path, String to, int status, boolean keepPath) {
    /// @throws EdgeException when a part is not of that form
    public RedirectRule {
        host = host.map(name -> HostNames.exact("host", name));
        Expect.path("path", path);
        to = Target.Redirect.location("to", to);
        Target.Redirect.redirectStatus("status", status);
    }

    /// Every path of one host, permanently, such as `www.example.org` to `https://example.org`.
    public static RedirectRule ofHost(String host, String to) {
        return new RedirectRule(Optional.of(host), "/", to, 308, true);
    }
}
