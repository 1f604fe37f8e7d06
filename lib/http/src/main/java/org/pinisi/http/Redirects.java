package org.pinisi.http;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Where a redirect leads (RFC 9110, section 15.4).
final class Redirects {
    /// The fields that may be told to another origin than the one they were meant for: none that could
    /// hold who someone is.
    private static final Set<String> HARMLESS = Set.of(
            "accept",
            "accept-encoding",
            "accept-language",
            "cache-control",
            "content-encoding",
            "content-type",
            "git-protocol",
            "if-modified-since",
            "if-none-match",
            "range",
            "te",
            "user-agent");

    private Redirects() {}

    record Step(Origin origin, ClientRequest request) {}

    /// The next request; empty if the answer is no redirect, or one that cannot be followed because its
    /// body cannot be sent again or it says no place.
    ///
    /// @throws HttpException 502 if it leads out of TLS or to what is no HTTP
    static Optional<Step> follow(Origin origin, ClientRequest request, int status, Fields fields) {
        boolean again = status == 307 || status == 308;
        boolean changes = status == 301 || status == 302 || status == 303;
        Optional<String> location = fields.first("Location");
        if (location.isEmpty() || (!again && !changes)) {
            return Optional.empty();
        }
        boolean harmless = request.method().equals("GET") || request.method().equals("HEAD");
        boolean streamed = request.body().isPresent() && request.body().get() instanceof ClientRequest.Body.Stream;
        if ((streamed && again) || origin.address() instanceof Address.Unix) {
            return Optional.empty();
        }
        URI next = resolve(origin, request, location.get());
        Origin target = Origin.of(next);
        if (origin.secure() && !target.secure()) {
            throw new HttpException(502, origin + " redirects to " + target + ", out of TLS; that is not followed");
        }
        String path = (next.getRawPath().isEmpty() ? "/" : next.getRawPath())
                + (next.getRawQuery() == null ? "" : "?" + next.getRawQuery());
        boolean becomesGet = changes && !harmless;
        Fields kept = target.equals(origin) ? request.fields() : withoutSecrets(request.fields());
        if (becomesGet) {
            kept = kept.without("Content-Type").without("Content-Encoding");
        }
        return Optional.of(new Step(
                target,
                new ClientRequest(
                        becomesGet ? "GET" : request.method(),
                        path,
                        kept.without("Host"),
                        becomesGet ? Optional.empty() : request.body())));
    }

    private static URI resolve(Origin origin, ClientRequest request, String location) {
        try {
            URI base = URI.create(origin.scheme() + "://" + origin.hostField() + request.target());
            URI next = base.resolve(location);
            Origin.of(next);
            return next;
        } catch (IllegalArgumentException e) {
            throw new HttpException(502, origin + " redirects to what is no place of http or https", e);
        }
    }

    private static Fields withoutSecrets(Fields fields) {
        Fields kept = Fields.empty();
        for (Fields.Field field : fields.all()) {
            if (HARMLESS.contains(field.name().toLowerCase(Locale.ROOT))) {
                kept = kept.with(field.name(), field.value());
            }
        }
        return kept;
    }
}
