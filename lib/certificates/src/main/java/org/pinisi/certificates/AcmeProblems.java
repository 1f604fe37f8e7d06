package org.pinisi.certificates;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.pinisi.certificates.Refusal.Fault;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;

/// What an authority's errors mean for us (RFC 8555, 6.7).
final class AcmeProblems {
    private static final String TYPE = "urn:ietf:params:acme:error:";
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofDays(7);

    private AcmeProblems() {}

    /// @param now bounds how far off the authority may send us
    static Refusal refusal(Issuer.Acme issuer, AcmeException failure, Instant now, AcmeNetwork network) {
        String who = issuer.name() + ": ";
        return switch (failure) {
            case AcmeRateLimitedException limited ->
                Refusal.until(
                        Fault.LIMIT,
                        who + words(limited.getProblem()),
                        limited.getRetryAfter().map(network::fromNow).map(wait -> now.plus(bounded(wait))));
            case AcmeUserActionRequiredException action ->
                Refusal.of(
                        Fault.SETTINGS,
                        who + words(action.getProblem()) + "; agree to what it asks for at " + action.getInstance());
            case AcmeServerException server ->
                Refusal.until(
                        fault(server.getProblem()),
                        who + words(server.getProblem()),
                        network.unavailable().map(wait -> now.plus(bounded(wait))));
            case AcmeNetworkException lost ->
                Refusal.of(Fault.AUTHORITY, who + "does not answer: " + root(lost) + " (" + issuer.directory() + ")");
            default ->
                Refusal.until(
                        Fault.AUTHORITY,
                        who + root(failure),
                        network.unavailable().map(wait -> now.plus(bounded(wait))));
        };
    }

    static Refusal broken(Issuer.Acme issuer, Exception failure) {
        return Refusal.of(Fault.AUTHORITY, issuer.name() + " breaks the protocol: " + root(failure));
    }

    private static Duration bounded(Duration wait) {
        return wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait;
    }

    static Fault fault(Problem problem) {
        String type = problem.getType().toString();
        String bare = type.startsWith(TYPE) ? type.substring(TYPE.length()) : type;
        return switch (bare) {
            case "caa",
                    "connection",
                    "dns",
                    "incorrectResponse",
                    "rejectedIdentifier",
                    "tls",
                    "unauthorized",
                    "compound" -> Fault.NAME;
            case "rateLimited" -> Fault.LIMIT;
            case "accountDoesNotExist",
                    "badCSR",
                    "badPublicKey",
                    "badSignatureAlgorithm",
                    "externalAccountRequired",
                    "invalidContact",
                    "invalidProfile",
                    "unsupportedContact",
                    "unsupportedIdentifier",
                    "userActionRequired" -> Fault.SETTINGS;
            default -> Fault.AUTHORITY;
        };
    }

    /// The authority's own words, on one line.
    static String words(Problem problem) {
        StringBuilder words = new StringBuilder();
        problem.getDetail().or(problem::getTitle).ifPresent(words::append);
        for (Problem part : problem.getSubProblems()) {
            words.append("; ")
                    .append(part.getIdentifier().map(id -> id.getValue() + ": ").orElse(""));
            words.append(part.getDetail().or(part::getTitle).orElse(""));
        }
        String type = problem.getType().toString();
        words.append(" (")
                .append(type.startsWith(TYPE) ? type.substring(TYPE.length()) : type)
                .append(')');
        return BookText.line(words.toString(), BookText.LONG);
    }

    private static String root(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message =
                Optional.ofNullable(cause.getMessage()).orElse(cause.getClass().getSimpleName());
        return BookText.line(message, BookText.LONG);
    }

    static boolean isMissingAccount(AcmeException failure) {
        return failure instanceof AcmeServerException server
                && server.getType().toString().equals(TYPE + "accountDoesNotExist");
    }

    /// RFC 9773, section 5: the certificate was replaced already.
    static boolean isAlreadyReplaced(AcmeException failure) {
        return failure instanceof AcmeServerException server
                && server.getType().toString().equals(TYPE + "alreadyReplaced");
    }
}
