package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request as a [Handler] sees it. Immutable save for the body, which can be read once, by the handler's
/// thread.
public final class Request {
    private static final int LONGEST_FORM = 256 << 10;

    private final String method;
    private final String target;
    private final String path;
    private final String query;
    private final Fields fields;
    private final InputStream body;
    private final @Nullable InetSocketAddress remote;
    private final boolean secure;
    private final Optional<String> upgrade;
    private final List<String> segments;
    private final Map<String, List<String>> parameters;
    private final Map<String, String> pathParameters;

    private Request(
            String method,
            String target,
            Fields fields,
            InputStream body,
            @Nullable InetSocketAddress remote,
            boolean secure,
            Optional<String> upgrade,
            Map<String, String> pathParameters) {
        this.method = requireNonNull(method, "method");
        this.target = requireNonNull(target, "target");
        this.fields = requireNonNull(fields, "fields");
        this.body = requireNonNull(body, "body");
        this.remote = remote;
        this.secure = secure;
        this.upgrade = requireNonNull(upgrade, "upgrade");
        this.pathParameters = Map.copyOf(pathParameters);
        int question = target.indexOf('?');
        this.path = question < 0 ? target : target.substring(0, question);
        this.query = question < 0 ? "" : target.substring(question + 1);
        this.segments = Percent.segments(path);
        this.parameters = Percent.parameters(query);
    }

    /// A request made by hand: what a test or an inner call gives to a handler. The target is in origin form.
    ///
    /// @throws HttpException 400 if the target's percent-encoding is malformed or a segment is `.` or `..`
    public static Request of(String method, String target, Fields fields, InputStream body) {
        return new Request(method, target, fields, body, null, false, Optional.empty(), Map.of());
    }

    static Request of(
            String method,
            String target,
            Fields fields,
            InputStream body,
            @Nullable InetSocketAddress remote,
            boolean secure,
            Optional<String> upgrade) {
        return new Request(method, target, fields, body, remote, secure, upgrade, Map.of());
    }

    static Request of(Head head, InputStream body, @Nullable InetSocketAddress remote, boolean secure) {
        String path = head.text(head.pathStart(), head.targetEnd());
        String target = head.form() == TargetForm.ABSOLUTE && !path.startsWith("/") ? "/" + path : path;
        Optional<String> upgrade = head.isUpgrade() && head.framing() == Framing.NONE
                ? Optional.ofNullable(head.value(KnownField.UPGRADE)).map(value -> value.split(",", 2)[0].strip())
                : Optional.empty();
        return new Request(head.method(), target, Fields.of(head), body, remote, secure, upgrade, Map.of());
    }

    Request withPathParameters(Map<String, String> found) {
        return new Request(method, target, fields, body, remote, secure, upgrade, found);
    }

    public String method() {
        return method;
    }

    /// Path and query as they were sent, without scheme and host; `*` for OPTIONS of the whole server. It may
    /// hold secrets in its query: not for logs.
    public String target() {
        return target;
    }

    /// The path as it was sent, still percent-encoded.
    public String rawPath() {
        return path;
    }

    /// The path's segments, each decoded by itself, so that an encoded slash stays inside its segment. `/` is
    /// one empty segment; a path that ends in a slash ends in an empty one.
    public List<String> segments() {
        return segments;
    }

    /// The query as it was sent, without the question mark; empty if there is none.
    public String rawQuery() {
        return query;
    }

    /// The first query parameter of this name, decoded.
    public Optional<String> query(String name) {
        return Optional.ofNullable(parameters.get(name)).map(List::getFirst);
    }

    /// Every query parameter of this name, decoded.
    public List<String> queryAll(String name) {
        return List.copyOf(parameters.getOrDefault(name, List.of()));
    }

    /// What stood at `{name}` in the router's pattern. Throws IllegalArgumentException if the pattern has no
    /// such name.
    public String pathParameter(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "path parameter: " + name + " (expected: one of " + pathParameters.keySet() + ")");
        }
        return value;
    }

    public Fields fields() {
        return fields;
    }

    /// The body, empty if there is none. Reading blocks until bytes come; it throws HttpException 408 if they
    /// come too slowly, 413 if there are too many, 400 if the chunks are malformed or the client is gone.
    public InputStream body() {
        return body;
    }

    /// The fields behind the body (RFC 9110, section 6.5); none before the body was read to its end.
    public Fields trailers() {
        return body instanceof BodyQueue queue ? queue.trailers() : Fields.empty();
    }

    /// The whole body.
    ///
    /// @throws HttpException 413 if it is longer than `most` bytes
    public byte[] bodyAsBytes(int most) throws IOException {
        byte[] bytes = body.readNBytes(most);
        if (bytes.length == most && body.read() >= 0) {
            throw new HttpException(413, "the body is larger than " + most + " bytes");
        }
        return bytes;
    }

    /// The fields of a form in the body (application/x-www-form-urlencoded, at most 256 KiB), the first of
    /// each name.
    ///
    /// @throws HttpException 415 if the body is not declared as such a form
    public Map<String, String> form() throws IOException {
        String type = fields.first("Content-Type").orElse("");
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase("application/x-www-form-urlencoded")) {
            throw new HttpException(415, "Content-Type: " + type + " (expected: application/x-www-form-urlencoded)");
        }
        Map<String, String> result = new LinkedHashMap<>();
        String text = new String(bodyAsBytes(LONGEST_FORM), StandardCharsets.ISO_8859_1);
        Percent.parameters(text).forEach((name, values) -> result.put(name, values.getFirst()));
        return result;
    }

    /// The peer's address; empty if it came through a unix socket.
    public Optional<InetSocketAddress> remoteAddress() {
        return Optional.ofNullable(remote);
    }

    /// The protocol that the client wants to speak instead on this connection or stream, such as `websocket`;
    /// [Response#upgrade] answers that. Empty if it wants none, as always in HTTP/1.0 and with a body.
    public Optional<String> upgrade() {
        return upgrade;
    }

    /// Whether the request came over TLS to this server itself; what a proxy says is not looked at.
    public boolean isSecure() {
        return secure;
    }

    /// Without the query, which may hold secrets.
    @Override
    public String toString() {
        return method + " " + path;
    }
}
