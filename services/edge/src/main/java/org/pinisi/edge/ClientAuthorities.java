package org.pinisi.edge;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.ClientAuthority;
import org.pinisi.http.ClientAuthoritySource;
import org.pinisi.http.HttpException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which routes ask their clients for certificates, and of whom these must come (mutual TLS).
///
/// The question is asked in the handshake, where only the name is known, not the path. So a host asks
/// if one of its routes does, and insists if all of them do; what is left to insist on is looked at
/// with each request. All routes of a host must name the same authorities.
///
/// A file of authorities that cannot be read any more when routes come back after a restart locks its
/// routes instead of opening them.
final class ClientAuthorities implements ClientAuthoritySource {
    private static final Logger log = LoggerFactory.getLogger(ClientAuthorities.class);

    private volatile State state = new State(Map.of(), Map.of(), Map.of());

    /// @param byFile the authorities as read; the same object while the content is the same, since
    ///     sessions hang on it
    /// @param byRoute for each route with the rule; no entry if its file cannot be read
    /// @param byHost what a handshake for the host asks for; empty for nothing. No hosts at all if no
    ///     route has the rule
    private record State(
            Map<Path, List<X509Certificate>> byFile,
            Map<String, List<X509Certificate>> byRoute,
            Map<String, Optional<ClientAuthority>> byHost) {}

    /// @throws EdgeException if the rule's file cannot be used
    static void check(EdgeRoute route) {
        route.rules().clientCertificates().ifPresent(rule -> {
            try {
                ClientAuthority.fromPem(rule.authorities(), true);
            } catch (HttpException unusable) {
                throw new EdgeException(
                        "the route " + route.name() + " takes client certificates of unknown authorities: "
                                + unusable.getMessage(),
                        unusable);
            }
        });
    }

    /// Takes over what these routes say; their files are read again.
    void use(Iterable<RouteEntry> routes) {
        State before = state;
        Map<Path, List<X509Certificate>> files = new HashMap<>();
        Map<String, List<X509Certificate>> byRoute = new HashMap<>();
        Map<String, List<EdgeRoute>> hosts = new HashMap<>();
        for (RouteEntry entry : routes) {
            EdgeRoute route = entry.route();
            route.hosts()
                    .forEach(host ->
                            hosts.computeIfAbsent(host, _ -> new ArrayList<>()).add(route));
            route.rules().clientCertificates().ifPresent(rule -> {
                List<X509Certificate> issuers = files.computeIfAbsent(rule.authorities(), file -> read(file, before));
                if (!issuers.isEmpty()) {
                    byRoute.put(route.name(), issuers);
                }
            });
        }
        Map<String, Optional<ClientAuthority>> byHost = new HashMap<>();
        if (!byRoute.isEmpty()) {
            hosts.forEach((host, all) -> byHost.put(host, authority(host, all, byRoute, before)));
        }
        state = new State(files, byRoute, byHost);
    }

    private static List<X509Certificate> read(Path file, State before) {
        List<X509Certificate> known = before.byFile.getOrDefault(file, List.of());
        try {
            List<X509Certificate> read = ClientAuthority.fromPem(file, true).issuers();
            return read.equals(known) ? known : read;
        } catch (HttpException unusable) {
            log.error(
                    "event=client-authorities-unusable file={} cause=\"{}\" advice=\"mend the file and put the route again;"
                            + " nobody is let in until then\"",
                    file,
                    unusable.getMessage());
            return List.of();
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same list stands for the same file with the same content
    private static Optional<ClientAuthority> authority(
            String host, List<EdgeRoute> routes, Map<String, List<X509Certificate>> byRoute, State before) {
        List<X509Certificate> issuers = null;
        boolean required = true;
        for (EdgeRoute route : routes) {
            List<X509Certificate> mine = byRoute.get(route.name());
            Optional<ClientCertificatesRule> rule = route.rules().clientCertificates();
            required &= mine != null && rule.isPresent() && rule.get().mode() == ClientCertificatesRule.Mode.REQUIRED;
            if (mine != null && issuers != null && !mine.equals(issuers)) {
                log.error(
                        "event=client-authorities-differ host={} route={} advice=\"all routes of a host must name the same"
                                + " file; this one lets nobody in\"",
                        host,
                        route.name());
            } else if (mine != null) {
                issuers = mine;
            }
        }
        if (issuers == null) {
            return Optional.empty();
        }
        Optional<ClientAuthority> known = before.byHost.getOrDefault(host, Optional.empty());
        return known.isPresent()
                        && known.get().issuers() == issuers
                        && known.get().required() == required
                ? known
                : Optional.of(new ClientAuthority(issuers, required));
    }

    /// What the handshake for this name asks for.
    @Override
    public Optional<ClientAuthority> find(String serverName) {
        Map<String, Optional<ClientAuthority>> hosts = state.byHost;
        if (hosts.isEmpty()) {
            return Optional.empty();
        }
        Optional<ClientAuthority> exact = hosts.get(serverName);
        if (exact != null) {
            return exact;
        }
        int dot = serverName.indexOf('.');
        Optional<ClientAuthority> wildcard = dot < 0 ? null : hosts.get("*" + serverName.substring(dot));
        return wildcard != null ? wildcard : hosts.getOrDefault("*", Optional.empty());
    }

    /// What to answer to a client of a route with this rule; null to let it pass.
    @SuppressWarnings("ReferenceEquality") // as in the handshake
    @Nullable
    Verdict check(EdgeRoute route, ClientCertificatesRule rule, Client client) {
        List<X509Certificate> wanted = state.byRoute.get(route.name());
        if (wanted == null) {
            return Verdict.refused(503);
        }
        if (client.tls() == null) {
            return Verdict.refused(403);
        }
        Optional<ClientAuthority> asked = client.tls().clients();
        if (asked.isEmpty() || asked.get().issuers() != wanted) {
            // Another connection, with the host's own name in its handshake, would be asked.
            return Verdict.refused(421);
        }
        boolean missing = client.certificate().isEmpty() && rule.mode() == ClientCertificatesRule.Mode.REQUIRED;
        return missing ? Verdict.refused(403) : null;
    }
}
