package org.pinisi.edge;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What applies to the requests of a route besides its target. Each part has a default that does nothing,
/// or nothing that surprises; [#none] is all of the defaults.
///
/// The order in which a request meets them: maintenance, access, rate limit, redirect to TLS, basic auth,
/// client certificates, redirects, limits; then the upstream is chosen.
///
/// @param maintenance everybody gets 503 and a page; empty for business as usual
/// @param access which addresses may ask
/// @param rateLimit how many requests a client may make; empty for as many as it likes
/// @param https whether clients must come over TLS
/// @param basicAuth name and password; empty for none
/// @param clientCertificates certificates of clients (mTLS); empty for none
/// @param redirects what is answered elsewhere, the first that fits wins; at most 1000
/// @param rewrite how the upstream sees path and host
/// @param requestHeaders changes to the request's fields on the way to the upstream
/// @param answerHeaders changes to the answer's fields on the way to the client
/// @param limits what a request may be
/// @param timeouts deadlines of its own
/// @param retries when a request is tried again
/// @param healthCheck how upstreams are asked for their health; empty for not
/// @param ejection when an upstream that fails is left out
/// @param breaker bounds on what upstreams are asked at once, and the queue before them
/// @param compression which answers the edge compresses; empty for none
/// @param errorPages HTML files of at most 1 MiB for answers that the edge makes itself, by status (400 to
///     599)
/// @param trace what is done with trace headers (pass)
public record RouteRules(
        Optional<MaintenanceRule> maintenance,
        AccessRule access,
        Optional<RateLimitRule> rateLimit,
        HttpsRule https,
        Optional<BasicAuthRule> basicAuth,
        Optional<ClientCertificatesRule> clientCertificates,
        List<RedirectRule> redirects,
        RewriteRule rewrite,
        HeaderRule requestHeaders,
        HeaderRule answerHeaders,
        RequestLimitsRule limits,
        TimeoutsRule timeouts,
        RetriesRule retries,
        Optional<HealthCheckRule> healthCheck,
        EjectionRule ejection,
        BreakerRule breaker,
        Optional<CompressionRule> compression,
        Map<Integer, Path> errorPages,
        TraceRule trace) {
    private static final int MOST_REDIRECTS = 1000;
    private static final RouteRules NONE = new RouteRules(
            Optional.empty(),
            AccessRule.everybody(),
            Optional.empty(),
            HttpsRule.defaults(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            RewriteRule.none(),
            HeaderRule.none(),
            HeaderRule.none(),
            RequestLimitsRule.none(),
            TimeoutsRule.none(),
            RetriesRule.defaults(),
            Optional.empty(),
            EjectionRule.defaults(),
            BreakerRule.defaults(),
            Optional.empty(),
            Map.of(),
            TraceRule.PASS);

    /// @throws EdgeException when there are too many redirects, or a page is for no error's status
    public RouteRules {
        redirects = List.copyOf(redirects);
        Expect.atMost("redirects", redirects, MOST_REDIRECTS);
        errorPages.forEach((status, page) -> {
            Expect.between("error-pages", status, 400, 599);
            RuleFiles.absolute("error-pages." + status, page);
        });
        errorPages = Collections.unmodifiableMap(new TreeMap<>(errorPages));
    }

    /// Nothing but the defaults.
    public static RouteRules none() {
        return NONE;
    }

    public RouteRules withMaintenance(MaintenanceRule newMaintenance) {
        return new RouteRules(
                Optional.of(newMaintenance),
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withAccess(AccessRule newAccess) {
        return new RouteRules(
                maintenance,
                newAccess,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withRateLimit(RateLimitRule newRateLimit) {
        return new RouteRules(
                maintenance,
                access,
                Optional.of(newRateLimit),
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withHttps(HttpsRule newHttps) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                newHttps,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withBasicAuth(BasicAuthRule newBasicAuth) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                Optional.of(newBasicAuth),
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withClientCertificates(ClientCertificatesRule newClientCertificates) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                Optional.of(newClientCertificates),
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withRedirects(List<RedirectRule> newRedirects) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                newRedirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withRewrite(RewriteRule newRewrite) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                newRewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withRequestHeaders(HeaderRule newRequestHeaders) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                newRequestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withAnswerHeaders(HeaderRule newAnswerHeaders) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                newAnswerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withLimits(RequestLimitsRule newLimits) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                newLimits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withTimeouts(TimeoutsRule newTimeouts) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                newTimeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withRetries(RetriesRule newRetries) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                newRetries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withHealthCheck(HealthCheckRule newHealthCheck) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                Optional.of(newHealthCheck),
                ejection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withEjection(EjectionRule newEjection) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                newEjection,
                breaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withBreaker(BreakerRule newBreaker) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                newBreaker,
                compression,
                errorPages,
                trace);
    }

    public RouteRules withCompression(CompressionRule newCompression) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                Optional.of(newCompression),
                errorPages,
                trace);
    }

    public RouteRules withErrorPages(Map<Integer, Path> newErrorPages) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                newErrorPages,
                trace);
    }

    public RouteRules withTrace(TraceRule newTrace) {
        return new RouteRules(
                maintenance,
                access,
                rateLimit,
                https,
                basicAuth,
                clientCertificates,
                redirects,
                rewrite,
                requestHeaders,
                answerHeaders,
                limits,
                timeouts,
                retries,
                healthCheck,
                ejection,
                breaker,
                compression,
                errorPages,
                newTrace);
    }
}
