package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;
import org.pinisi.http.HttpLimits;
import org.pinisi.http.KnownField;
import org.pinisi.http.TargetForm;

/// What a route changes about requests on their way to the upstream: path, host and fields. The changed
/// head is written out and parsed again, so that whatever reads it sees what the upstream will see.
/// Immutable.
final class RequestChanges implements Gate {
    /// Room for what rules add to a head that was just small enough.
    private static final HttpLimits ROOMY = HttpLimits.defaults().withHead(1 << 20, 1 << 16, 1024);

    private final byte[] strip;
    private final byte[] add;
    private final @Nullable String host;
    private final HeaderChanges fields;

    RequestChanges(RewriteRule rewrite, HeaderRule rule) {
        this.strip = bytes(rewrite.stripPrefix().orElse(""));
        this.add = bytes(rewrite.addPrefix().orElse(""));
        this.host = rewrite.host().orElse(null);
        this.fields = new HeaderChanges(rule);
    }

    boolean isEmpty() {
        return !changesPath() && host == null && fields.isEmpty();
    }

    boolean changesPath() {
        return strip.length > 0 || add.length > 0;
    }

    boolean changesHost() {
        return host != null;
    }

    /// Refuses paths that lead out of the prefix that is put before them, however they are read.
    @Override
    public @Nullable Reply check(Head request, Client client) {
        if (add.length == 0 || PathReading.isPlain(request.bytes(), request.pathStart(), request.pathEnd())) {
            return null;
        }
        byte[] path = bytes(path(request));
        byte[] room = new byte[path.length + 1];
        for (int reading = 0; reading < PathReading.COUNT; reading++) {
            int length = PathReading.read(reading, path, 0, path.length, room);
            if (!PathReading.begins(room, 0, length, PathReading.prefix(new String(add, StandardCharsets.US_ASCII)))) {
                return Reply.Refusal.of(400, Fault.MALFORMED);
            }
        }
        return null;
    }

    /// The head that the upstream shall see.
    Head apply(Head request, Client client) {
        StringBuilder text = new StringBuilder(request.length() + 256);
        text.append(request.method()).append(' ').append(target(request));
        text.append(request.minorVersion() == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        if (host != null) {
            text.append("Host: ").append(host).append("\r\n");
        } else if (request.form() == TargetForm.ABSOLUTE) {
            text.append("Host: ")
                    .append(request.text(request.hostStart(), request.authorityEnd()))
                    .append("\r\n");
        }
        boolean ownHost = host != null || request.form() == TargetForm.ABSOLUTE;
        for (int i = 0; i < request.fieldCount(); i++) {
            boolean isHost = request.kind(i) == KnownField.HOST;
            if (isHost ? !ownHost : fields.passes(request.name(i))) {
                text.append(request.text(request.nameStart(i), request.lineEnd(i)));
            }
        }
        text.append(fields.lines(request, client)).append("\r\n");
        return parse(Head.forRequests(ROOMY), text.toString());
    }

    static Head parse(Head head, String text) {
        ByteBuf bytes = Unpooled.wrappedBuffer(bytes(text));
        try {
            if (!head.parse(bytes)) {
                throw new IllegalStateException("a changed head is not whole");
            }
            return head;
        } finally {
            bytes.release();
        }
    }

    private String target(Head request) {
        if (request.form() == TargetForm.ASTERISK) {
            return "*";
        }
        String query = request.text(request.pathEnd(), request.targetEnd());
        return (changesPath() ? path(request) : plainPath(request)) + query;
    }

    private static String plainPath(Head request) {
        return request.pathStart() == request.pathEnd() ? "/" : request.text(request.pathStart(), request.pathEnd());
    }

    private String path(Head request) {
        int start = request.pathStart();
        int end = request.pathEnd();
        boolean stripped = strip.length > 0 && PathReading.begins(request.bytes(), start, end, strip);
        String rest = request.text(stripped ? start + strip.length : start, end);
        // "//" in front would be read as a host by some.
        String clean = stripped ? rest.replaceFirst("^/+", "/") : rest;
        return new String(add, StandardCharsets.US_ASCII) + (clean.isEmpty() ? "/" : clean);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
