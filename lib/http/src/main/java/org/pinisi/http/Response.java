package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An answer: status, fields and one of several kinds of body. Immutable; the `with…` methods give changed
/// copies.
///
/// Date, Content-Length, Transfer-Encoding and Connection are the server's business; `Connection: close`
/// among the fields makes it close the connection afterwards.
public final class Response {
    private final int status;
    private final Fields fields;
    private final Body body;
    private final @Nullable Supplier<Fields> trailers;

    sealed interface Body {
        /// Written in one piece.
        @SuppressWarnings("ArrayRecordComponent") // owned by the response, never compared
        record Bytes(byte[] bytes) implements Body {}

        /// `length` is -1 if it is not known beforehand.
        record Stream(long length, BodyWriter writer) implements Body {}

        record File(Path path) implements Body {}

        record FilePart(Path path, long offset, long length) implements Body {}

        record Events(EventSource source) implements Body {}

        record Upgrade(String protocol, DuplexHandler handler) implements Body {}
    }

    private Response(int status, Fields fields, Body body) {
        this(status, fields, body, null);
    }

    private Response(int status, Fields fields, Body body, @Nullable Supplier<Fields> trailers) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
        }
        this.status = status;
        this.fields = requireNonNull(fields, "fields");
        this.body = requireNonNull(body, "body");
        this.trailers = trailers;
    }

    /// Plain text in UTF-8.
    public static Response text(int status, String text) {
        return bytes(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /// HTML in UTF-8.
    public static Response html(int status, String html) {
        return bytes(status, "text/html; charset=utf-8", html.getBytes(StandardCharsets.UTF_8));
    }

    /// JSON in UTF-8.
    public static Response json(int status, String json) {
        return bytes(status, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /// The array belongs to the response from now on.
    public static Response bytes(int status, String type, byte[] bytes) {
        return new Response(
                status,
                Fields.of("Content-Type", type, "X-Content-Type-Options", "nosniff"),
                new Body.Bytes(requireNonNull(bytes, "bytes")));
    }

    /// No body.
    public static Response empty(int status) {
        return new Response(status, Fields.empty(), new Body.Bytes(new byte[0]));
    }

    /// A redirect: 301, 302, 303, 307 or 308. The location is a URI, already encoded.
    public static Response redirect(int status, String location) {
        if (status < 300 || status > 308) {
            throw new IllegalArgumentException("status: " + status + " (expected: 301, 302, 303, 307 or 308)");
        }
        return new Response(status, Fields.of("Location", location), new Body.Bytes(new byte[0]));
    }

    /// A body that is written while it is sent, of unknown length.
    public static Response stream(int status, String type, BodyWriter writer) {
        return stream(status, type, -1, writer);
    }

    /// A body of exactly this many bytes that is written while it is sent; writing another number cuts the
    /// connection.
    public static Response stream(int status, String type, long length, BodyWriter writer) {
        return new Response(
                status,
                Fields.of("Content-Type", type, "X-Content-Type-Options", "nosniff"),
                new Body.Stream(length, requireNonNull(writer, "writer")));
    }

    /// A file's bytes, typed by its name's extension. The answer is 404 if there is no such regular file.
    public static Response file(Path path) {
        return new Response(
                200,
                Fields.of("Content-Type", MediaTypes.of(path.toString()), "X-Content-Type-Options", "nosniff"),
                new Body.File(path));
    }

    /// A part of a file that will not change, of whatever type.
    public static Response filePart(int status, String type, Path path, long offset, long length) {
        if (offset < 0 || length < 0) {
            throw new IllegalArgumentException(
                    "offset and length: " + offset + ", " + length + " (expected: 0 or more)");
        }
        return new Response(
                status,
                Fields.of("Content-Type", type, "X-Content-Type-Options", "nosniff"),
                new Body.FilePart(requireNonNull(path, "path"), offset, length));
    }

    /// Server-sent events.
    public static Response events(EventSource source) {
        return new Response(
                200,
                Fields.of("Content-Type", "text/event-stream", "Cache-Control", "no-store", "X-Accel-Buffering", "no"),
                new Body.Events(requireNonNull(source, "source")));
    }

    /// Goes on with another protocol on the same connection, if the request asks for it (see
    /// [Request#upgrade()]); the answer is 426 if it does not.
    ///
    /// @param protocol its name in the registry of HTTP upgrade tokens, such as `websocket`
    /// @param fields what the answer says besides
    public static Response upgrade(String protocol, Fields fields, DuplexHandler handler) {
        requireNonNull(handler, "handler");
        return new Response(200, fields, new Body.Upgrade(requireNonNull(protocol, "protocol"), handler));
    }

    /// This answer with one more field; it replaces those of its name, save Set-Cookie, which may be
    /// repeated.
    public Response with(String name, String value) {
        Fields changed = name.equalsIgnoreCase("Set-Cookie") ? fields.with(name, value) : fields.withOnly(name, value);
        return new Response(status, changed, body, trailers);
    }

    public Response withStatus(int newStatus) {
        return new Response(newStatus, fields, body, trailers);
    }

    /// This answer with fields behind its body (RFC 9110, section 6.5), asked for on the handler's thread when
    /// the body is written. Over HTTP/1.1 they are sent to a client that says `TE: trailers`, and not behind a
    /// body of known length; over HTTP/2 always.
    public Response withTrailers(Supplier<Fields> newTrailers) {
        return new Response(status, fields, body, requireNonNull(newTrailers, "trailers"));
    }

    public int status() {
        return status;
    }

    public Fields fields() {
        return fields;
    }

    /// The body of an answer made of text or bytes, for tests of handlers.
    ///
    /// @throws IllegalStateException if the body is streamed
    public String bodyAsText() {
        if (body instanceof Body.Bytes(byte[] bytes)) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        throw new IllegalStateException("the body is streamed; only a server can send it");
    }

    Body body() {
        return body;
    }

    boolean hasTrailers() {
        return trailers != null;
    }

    /// Asked once the body is written.
    Fields trailers() {
        Supplier<Fields> known = trailers;
        return known == null ? Fields.empty() : known.get();
    }

    /// Whether the status says that there is no body, whatever was given.
    boolean isBodiless() {
        return status == 204 || status == 304;
    }
}
