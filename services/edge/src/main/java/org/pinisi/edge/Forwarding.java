package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;

/// The fields that tell an upstream who asks, for what host and how (`X-Forwarded-…`, RFC 7239), as
/// bytes that are ready save for the host. Immutable.
final class Forwarding {
    private final byte[] start;
    private final byte[] middle;
    private final byte[] end;
    private final byte @Nullable [] host;

    private Forwarding(byte[] start, byte[] middle, byte[] end, byte @Nullable [] host) {
        this.start = start;
        this.middle = middle;
        this.end = end;
        this.host = host;
    }

    /// What is to be said.
    ///
    /// @param address of the client
    /// @param before what trusted proxies said of the way to here, in the form of the field that the
    ///     style reads; empty for nothing
    /// @param peer who is connected to us: the client itself, or the last of those proxies
    /// @param protocol `http` or `https`
    /// @param port that the client has reached
    /// @param host that the client asked for; null for the one in the request
    /// @param more whole fields, each with its line's end
    record Facts(
            String address,
            String before,
            String peer,
            String protocol,
            int port,
            @Nullable String host,
            String more) {}

    static Forwarding of(ForwardedStyle style, Facts facts) {
        String usual = facts.more
                + (style.hasUsual()
                        ? "X-Forwarded-For: " + way(style != ForwardedStyle.FORWARDED ? facts.before : "", facts.peer)
                                + "\r\nX-Real-IP: " + facts.address + "\r\nX-Forwarded-Proto: " + facts.protocol
                                + "\r\nX-Forwarded-Port: " + facts.port + "\r\nX-Forwarded-Host: "
                        : "");
        String standard = "Forwarded: "
                + way(style == ForwardedStyle.FORWARDED ? facts.before : "", "for=" + node(facts.peer)) + ";proto="
                + facts.protocol + ";host=\"";
        byte[] host = facts.host == null ? null : bytes(facts.host);
        return switch (style) {
            case X_FORWARDED -> new Forwarding(bytes(usual), new byte[0], bytes("\r\n"), host);
            case FORWARDED -> new Forwarding(bytes(usual + standard), new byte[0], bytes("\"\r\n"), host);
            case BOTH -> new Forwarding(bytes(usual), bytes("\r\n" + standard), bytes("\"\r\n"), host);
        };
    }

    private static String way(String before, String last) {
        return before.isEmpty() ? last : before + ", " + last;
    }

    /// An address as RFC 7239, section 6, has it.
    static String node(String address) {
        return address.indexOf(':') < 0 ? address : "\"[" + address + "]\"";
    }

    /// The same for a request whose Host is changed on its way: the client asked for this one.
    Forwarding ofHost(String asked) {
        return host != null ? this : new Forwarding(start, middle, end, bytes(asked));
    }

    /// How many bytes [#write] writes.
    int length(Head request) {
        byte[] other = host;
        int name = other == null ? request.authorityEnd() - request.hostStart() : other.length;
        return start.length + middle.length + end.length + name * (middle.length == 0 ? 1 : 2);
    }

    /// Writes the fields, the last one with its line's end.
    void write(Head request, ByteBuf out) {
        out.writeBytes(start);
        host(request, out);
        if (middle.length > 0) {
            out.writeBytes(middle);
            host(request, out);
        }
        out.writeBytes(end);
    }

    private void host(Head request, ByteBuf out) {
        byte[] other = host;
        if (other == null) {
            request.copyTo(out, request.hostStart(), request.authorityEnd());
        } else {
            out.writeBytes(other);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
