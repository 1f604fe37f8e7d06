package org.pinisi.site;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.FastPath;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Handler;
import org.pinisi.http.KnownField;
import org.pinisi.http.PreparedAnswer;
import org.pinisi.http.Request;
import org.pinisi.http.Response;

/// Sends whoever comes without encryption to the same address with it (308, RFC 9110 §15.4.9, so that methods stay).
final class SecureDoor implements FastPath, Handler {
    private static final int USUAL_PORT = 443;

    private final Optional<String> hostname;
    private final String port;

    /// @param hostname where to send to; without it, to the name that the client asked for
    /// @param port where TLS is spoken, as clients see it
    SecureDoor(Optional<String> hostname, int port) {
        this.hostname = hostname;
        this.port = port == USUAL_PORT ? "" : ":" + port;
    }

    @Override
    public boolean answer(FastRequest request, FastReply reply) {
        Optional<String> host = host(request.value(KnownField.HOST));
        reply.send(
                host.isEmpty()
                        ? PreparedAnswer.status(400)
                                .field("Content-Type", "text/plain; charset=utf-8")
                                .text("Which host is meant? Send a Host field.\n")
                                .build()
                        : PreparedAnswer.status(308)
                                .field("Location", location(host.get(), request.rawPath(), request.rawQuery()))
                                .build());
        return true;
    }

    @Override
    public Response handle(Request request) {
        Optional<String> host = host(request.fields().first("Host").orElse(null));
        return host.isEmpty()
                ? Response.text(400, "Which host is meant? Send a Host field.\n")
                : Response.redirect(308, location(host.get(), request.rawPath(), request.rawQuery()));
    }

    private String location(String host, String rawPath, String rawQuery) {
        String path = rawPath.startsWith("/") ? rawPath : "/";
        return "https://" + host + port + path + (rawQuery.isEmpty() ? "" : "?" + rawQuery);
    }

    /// The name without its port; an IPv6 address keeps its brackets.
    private Optional<String> host(@Nullable String field) {
        if (hostname.isPresent()) {
            return hostname;
        }
        if (field == null || field.isBlank()) {
            return Optional.empty();
        }
        String text = field.strip();
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > text.lastIndexOf(']') && colon >= 0;
        String name = hasPort ? text.substring(0, colon) : text;
        return name.isEmpty() ? Optional.empty() : Optional.of(name);
    }
}
