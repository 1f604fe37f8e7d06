package org.pinisi.edge;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

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
        return with(parts -> parts.maintenance = Optional.of(newMaintenance));
    }

    public RouteRules withAccess(AccessRule newAccess) {
        return with(parts -> parts.access = newAccess);
    }

    public RouteRules withRateLimit(RateLimitRule newRateLimit) {
        return with(parts -> parts.rateLimit = Optional.of(newRateLimit));
    }

    public RouteRules withHttps(HttpsRule newHttps) {
        return with(parts -> parts.https = newHttps);
    }

    public RouteRules withBasicAuth(BasicAuthRule newBasicAuth) {
        return with(parts -> parts.basicAuth = Optional.of(newBasicAuth));
    }

    public RouteRules withClientCertificates(ClientCertificatesRule newClientCertificates) {
        return with(parts -> parts.clientCertificates = Optional.of(newClientCertificates));
    }

    public RouteRules withRedirects(List<RedirectRule> newRedirects) {
        return with(parts -> parts.redirects = newRedirects);
    }

    public RouteRules withRewrite(RewriteRule newRewrite) {
        return with(parts -> parts.rewrite = newRewrite);
    }

    public RouteRules withRequestHeaders(HeaderRule newRequestHeaders) {
        return with(parts -> parts.requestHeaders = newRequestHeaders);
    }

    public RouteRules withAnswerHeaders(HeaderRule newAnswerHeaders) {
        return with(parts -> parts.answerHeaders = newAnswerHeaders);
    }

    public RouteRules withLimits(RequestLimitsRule newLimits) {
        return with(parts -> parts.limits = newLimits);
    }

    public RouteRules withTimeouts(TimeoutsRule newTimeouts) {
        return with(parts -> parts.timeouts = newTimeouts);
    }

    public RouteRules withRetries(RetriesRule newRetries) {
        return with(parts -> parts.retries = newRetries);
    }

    public RouteRules withHealthCheck(HealthCheckRule newHealthCheck) {
        return with(parts -> parts.healthCheck = Optional.of(newHealthCheck));
    }

    public RouteRules withEjection(EjectionRule newEjection) {
        return with(parts -> parts.ejection = newEjection);
    }

    public RouteRules withBreaker(BreakerRule newBreaker) {
        return with(parts -> parts.breaker = newBreaker);
    }

    public RouteRules withCompression(CompressionRule newCompression) {
        return with(parts -> parts.compression = Optional.of(newCompression));
    }

    public RouteRules withErrorPages(Map<Integer, Path> newErrorPages) {
        return with(parts -> parts.errorPages = newErrorPages);
    }

    public RouteRules withTrace(TraceRule newTrace) {
        return with(parts -> parts.trace = newTrace);
    }

    private RouteRules with(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return parts.rules();
    }

    /// All parts, one of which changes.
    private static final class Parts {
        private Optional<MaintenanceRule> maintenance;
        private AccessRule access;
        private Optional<RateLimitRule> rateLimit;
        private HttpsRule https;
        private Optional<BasicAuthRule> basicAuth;
        private Optional<ClientCertificatesRule> clientCertificates;
        private List<RedirectRule> redirects;
        private RewriteRule rewrite;
        private HeaderRule requestHeaders;
        private HeaderRule answerHeaders;
        private RequestLimitsRule limits;
        private TimeoutsRule timeouts;
        private RetriesRule retries;
        private Optional<HealthCheckRule> healthCheck;
        private EjectionRule ejection;
        private BreakerRule breaker;
        private Optional<CompressionRule> compression;
        private Map<Integer, Path> errorPages;
        private TraceRule trace;

        Parts(RouteRules rules) {
            maintenance = rules.maintenance;
            access = rules.access;
            rateLimit = rules.rateLimit;
            https = rules.https;
            basicAuth = rules.basicAuth;
            clientCertificates = rules.clientCertificates;
            redirects = rules.redirects;
            rewrite = rules.rewrite;
            requestHeaders = rules.requestHeaders;
            answerHeaders = rules.answerHeaders;
            limits = rules.limits;
            timeouts = rules.timeouts;
            retries = rules.retries;
            healthCheck = rules.healthCheck;
            ejection = rules.ejection;
            breaker = rules.breaker;
            compression = rules.compression;
            errorPages = rules.errorPages;
            trace = rules.trace;
        }

        RouteRules rules() {
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
                    trace);
        }
    }
}
