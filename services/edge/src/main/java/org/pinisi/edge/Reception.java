package org.pinisi.edge;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.certificates.ReloadSignal;
import org.pinisi.http.Head;
import org.pinisi.http.TargetForm;

/// What is looked at with every request before its route's own rules: challenges of certificate
/// authorities, reload signals, whether the request belongs on its connection, client certificates, and
/// whether it must come over TLS.
///
/// Thread-safe; asked on event loops, and costs a few comparisons for a request that passes.
final class Reception implements RouteWatcher {
    private static final byte[] CHALLENGES = "/.well-known/acme-challenge/".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RELOAD = ReloadSignal.PATH.getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST_TOKEN = 256;
    private static final Reply MISDIRECTED = Reply.Refusal.of(421, Fault.MISDIRECTED);
    private static final int USUAL_PORT = 443;
    private static final byte[] LOCALHOST = "localhost".getBytes(StandardCharsets.US_ASCII);

    private final EdgeCertificates certificates;
    private final ClientAuthorities authorities;
    private final boolean strict;
    private final String altSvc;
    /// Of the listeners with TLS; 0 for none.
    private volatile int securePort;

    private volatile @Nullable Reloads reloads;

    /// @param altSvc how HTTP/3 is offered to those who came over TCP (RFC 7838); empty if it is not
    Reception(EdgeCertificates certificates, ClientAuthorities authorities, boolean strict, String altSvc) {
        this.certificates = certificates;
        this.authorities = authorities;
        this.strict = strict;
        this.altSvc = altSvc;
    }

    /// Clients in clear may be sent to this port, since the edge speaks TLS there.
    void secure(int port) {
        securePort = port;
    }

    /// What to answer before the route's own gates; null to go on.
    @Nullable
    Reply check(Head request, Client client, EdgeRoute route) {
        Reply answer = own(request);
        if (answer != null) {
            return answer;
        }
        boolean unopened = route.target() instanceof Target.Passthrough;
        if (client.tls() != null && (unopened || (strict && !client.covers(request)))) {
            return MISDIRECTED;
        }
        return unopened && securePort == 0 ? Reply.Refusal.of(404, Fault.NO_ROUTE) : null;
    }

    /// Who knows the pass phrase may have the edge look at its repositories.
    void reloads(Reloads taken) {
        reloads = taken;
    }

    /// The answer to a certificate authority, or to a reload signal; null if the request is neither, or not
    /// to us.
    @Nullable
    Reply own(Head request) {
        Reply answer = challenge(request);
        return answer == null ? reload(request) : answer;
    }

    private @Nullable Reply reload(Head request) {
        Reloads known = reloads;
        return known != null && isReload(request) && request.methodIs("POST") ? known.reply(request) : null;
    }

    private static boolean isReload(Head request) {
        int start = request.pathStart();
        return request.pathEnd() - start == RELOAD.length
                && Arrays.equals(request.bytes(), start, request.pathEnd(), RELOAD, 0, RELOAD.length);
    }

    private @Nullable Reply challenge(Head request) {
        if (!isChallenge(request)) {
            return null;
        }
        int start = request.pathStart() + CHALLENGES.length;
        if (request.pathEnd() - start > LONGEST_TOKEN || !(request.methodIs("GET") || request.methodIs("HEAD"))) {
            return null;
        }
        return certificates
                .httpChallenge(request.text(start, request.pathEnd()))
                .map(text -> new Reply.Content(200, "application/octet-stream", text))
                .orElse(null);
    }

    @Override
    public SecureGates gates(EdgeRoute route) {
        int status = route.rules().https().status();
        Gate https = (request, client) -> !client.isSecure() && mustBeSecure(request, route) && !isChallenge(request)
                ? new Reply.Elsewhere(status, secureLocation(request))
                : null;
        return new SecureGates(
                https,
                route.rules().clientCertificates().map(rule -> (_, client) -> authorities.check(route, rule, client)),
                route.rules().clientCertificates().isPresent() ? "" : altSvc);
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

    private boolean mustBeSecure(Head request, EdgeRoute route) {
        if (securePort == 0) {
            return false;
        }
        if (route.target() instanceof Target.Passthrough) {
            return true;
        }
        Optional<Boolean> said = route.rules().https().redirect();
        return said.isPresent() ? said.get() : !isLocal(request) && hasCertificate(request);
    }

    /// Names of this machine get certificates of an authority that browsers do not know.
    private static boolean isLocal(Head request) {
        byte[] bytes = request.bytes();
        int start = request.hostStart();
        int end = request.hostEnd();
        if (end > start && bytes[end - 1] == '.') {
            end--;
        }
        int at = end - LOCALHOST.length;
        if (at < start || (at > start && bytes[at - 1] != '.')) {
            return false;
        }
        for (int i = 0; i < LOCALHOST.length; i++) {
            byte given = bytes[at + i];
            if ((given >= 'A' && given <= 'Z' ? given | 0x20 : given) != LOCALHOST[i]) {
                return false;
            }
        }
        return true;
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
