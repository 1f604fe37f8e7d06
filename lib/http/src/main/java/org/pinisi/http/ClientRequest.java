package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/// A request to be sent. Immutable. Host, Content-Length and Transfer-Encoding are added when it is sent;
/// a Host among the fields is kept.
///
/// @param target path and query in origin form, already percent-encoded
/// @param body empty for none
public record ClientRequest(String method, String target, Fields fields, Optional<Body> body) {
    /// What follows the head.
    public sealed interface Body {
        /// A body in memory; it can be sent again if a kept connection turns out to be dead.
        @SuppressWarnings("ArrayRecordComponent") // borrowed from the caller, never compared
        record Bytes(byte[] bytes) implements Body {}

        /// A body written while it is sent, chunked.
        record Stream(BodyWriter writer) implements Body {}
    }

    public ClientRequest {
        requireNonNull(fields, "fields");
        requireNonNull(body, "body");
        if (method.isEmpty() || !method.chars().allMatch(c -> c < 0x80 && Ascii.isToken((byte) c))) {
            throw new IllegalArgumentException("method: \"" + method + "\" (expected: a token)");
        }
        boolean clean = target.chars().allMatch(c -> c < 0x80 && Ascii.isTarget((byte) c));
        if (!clean || !(target.startsWith("/") || target.equals("*"))) {
            throw new IllegalArgumentException("target: (expected: a path that starts with / and is percent-encoded)");
        }
    }

    public static ClientRequest get(String target) {
        return of("GET", target);
    }

    /// Without a body.
    public static ClientRequest of(String method, String target) {
        return new ClientRequest(method, target, Fields.empty(), Optional.empty());
    }

    public static ClientRequest post(String target, String type, byte[] bytes) {
        return of("POST", target).withBody(type, bytes);
    }

    public ClientRequest withBody(String type, byte[] bytes) {
        return new ClientRequest(
                method, target, fields.withOnly("Content-Type", type), Optional.of(new Body.Bytes(bytes)));
    }

    public ClientRequest withBody(String type, BodyWriter writer) {
        return new ClientRequest(
                method, target, fields.withOnly("Content-Type", type), Optional.of(new Body.Stream(writer)));
    }

    public ClientRequest with(String name, String value) {
        return new ClientRequest(method, target, fields.with(name, value), body);
    }

    /// This, and the wish for fields behind the answer's body, where there are any.
    public ClientRequest wantingTrailers() {
        return with("TE", "trailers").with("Connection", "TE");
    }

    /// Whether its body, if it has one, is still there after it was sent.
    boolean canBeSentAgain() {
        return !(body.isPresent() && body.get() instanceof Body.Stream);
    }

    /// Whether sending it twice does no more than sending it once.
    boolean isRepeatable() {
        boolean idempotent = switch (method) {
            case "GET", "HEAD", "OPTIONS", "PUT", "DELETE" -> true;
            default -> false;
        };
        return idempotent && canBeSentAgain();
    }

    /// Without query and fields, which may hold secrets.
    @Override
    public String toString() {
        return method + " " + target.split("\\?", 2)[0];
    }
}
