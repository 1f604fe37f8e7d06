package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;
import org.pinisi.http.TargetForm;

/// What is looked at with every request before its route's own rules: challenges of certificate
/// authorities, whether the request belongs on its connection, client certificates, and whether it must
/// come over TLS.
///
/// Thread-safe; asked on event loops, and costs a few comparisons for a request that passes.
final class Reception implements RouteWatcher {
    private static final byte[] CHALLENGES = "/.well-known/acme-challenge/".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_TOKEN = 256;
    private static final int USUAL_PORT = 443;
    private static final String LOCALHOST = "localhost";

    private final EdgeCertificates certificates;
    private final ClientAuthorities authorities;
    private final boolean strict;
    /// Of the listeners with TLS; 0 for none.
    private volatile int securePort;

    Reception(EdgeCertificates certificates, ClientAuthorities authorities, boolean strict) {
        this.certificates = certificates;
        this.authorities = authorities;
        this.strict = strict;
    }

    /// Clients in clear may be sent to this port, since the edge speaks TLS there.
    void secure(int port) {
        securePort = port;
    }

    /// What to answer by ourselves; null to go on.
    ///
    /// @param route the request's; null if it has none
    @Nullable
    Verdict check(Head request, Client client, @Nullable RouteEntry route) {
        if (isChallenge(request)) {
            Verdict answer = challenge(request);
            if (answer != null || route == null) {
                return answer;
            }
        } else if (route == null) {
            return null;
        } else if (!client.isSecure() && mustBeSecure(request, route.route())) {
            return Verdict.redirect(route.route().rules().https().status(), secureLocation(request));
        }
        boolean unopened = route.route().target() instanceof Target.Passthrough;
        if (client.tls() != null && (unopened || (strict && !client.covers(request)))) {
            return Verdict.refused(421);
        }
        if (unopened) {
            return Verdict.refused(404);
        }
        Optional<ClientCertificatesRule> rule = route.route().rules().clientCertificates();
        return rule.isEmpty() ? null : authorities.check(route.route(), rule.get(), client);
    }

    private static boolean isChallenge(Head request) {
        int start = request.pathStart();
        if (request.pathEnd() - start <= CHALLENGES.length || request.bytes()[start + 1] != '.') {
            return false;
        }
        for (int i = 0; i < CHALLENGES.length; i++) {
            if (request.bytes()[start + i] != CHALLENGES[i]) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Verdict challenge(Head request) {
        int start = request.pathStart() + CHALLENGES.length;
        if (request.pathEnd() - start > LONGEST_TOKEN || !(request.methodIs("GET") || request.methodIs("HEAD"))) {
            return null;
        }
        return certificates
                .httpChallenge(request.text(start, request.pathEnd()))
                .map(answer -> Verdict.content("application/octet-stream", answer))
                .orElse(null);
    }

    private boolean mustBeSecure(Head request, EdgeRoute route) {
        if (securePort == 0) {
            return false;
        }
        if (route.target() instanceof Target.Passthrough) {
            return true;
        }
        Optional<Boolean> said = route.rules().https().redirect();
        return said.isPresent() ? said.get() : isPublic(host(request)) && hasCertificate(request);
    }

    /// Names of this machine get certificates of an authority that browsers do not know.
    private static boolean isPublic(String host) {
        return !host.equals(LOCALHOST) && !host.endsWith("." + LOCALHOST);
    }

    private boolean hasCertificate(Head request) {
        return certificates.find(host(request)).isPresent();
    }

    private static String host(Head request) {
        String host = request.text(request.hostStart(), request.hostEnd()).toLowerCase(Locale.ROOT);
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private String secureLocation(Head request) {
        int port = securePort;
        String target =
                request.form() == TargetForm.ASTERISK ? "/" : request.text(request.pathStart(), request.targetEnd());
        return "https://" + request.text(request.hostStart(), request.hostEnd())
                + (port == USUAL_PORT ? "" : ":" + port) + (target.startsWith("/") ? target : "/" + target);
    }

    @Override
    public void check(EdgeRoute route) {
        ClientAuthorities.check(route);
    }

    @Override
    public void published(RouteTable table) {
        authorities.use(table.entries());
        certificates.want(WantedNames.of(table.entries()));
    }
}
