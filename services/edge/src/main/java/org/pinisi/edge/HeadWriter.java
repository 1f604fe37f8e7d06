package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import org.pinisi.http.Head;
import org.pinisi.http.KnownField;
import org.pinisi.http.TargetForm;

/// Writes the heads that the edge passes on. Unchanged bytes are copied in runs; only what concerns one hop
/// is left out, and what a stranger could use to pose as a proxy is replaced (RFC 9110, section 7.6; RFC
/// 9112, section 3.2.2).
final class HeadWriter {
    private static final int REQUEST_ROOM = 128;
    private static final int MINOR_VERSION = "HTTP/1.".length();
    private static final byte[] VERSION = bytes(" HTTP/1.1\r\n");
    private static final byte[] HOST = bytes("Host: ");
    private static final byte[] UPGRADE = bytes("Connection: Upgrade\r\n");
    private static final byte[] CLOSE = bytes("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = bytes("Connection: keep-alive\r\n");
    private static final byte[] TRAILERS = bytes("TE: trailers\r\nConnection: TE\r\n");
    private static final byte[] CHUNKED = bytes("Transfer-Encoding: chunked\r\n");
    private static final byte[] LINE = bytes("\r\n");
    static final byte[] NOTHING = {};

    private HeadWriter() {}

    /// At least as many bytes as [#request] writes.
    static int requestRoom(Head head, Forwarding forwarding, Trace trace) {
        return head.length() + REQUEST_ROOM + forwarding.length(head) + trace.room();
    }

    /// Writes the request as its upstream shall see it.
    static void request(Head head, Forwarding forwarding, Trace trace, ByteBuf out) {
        if (head.form() == TargetForm.ABSOLUTE || head.minorVersion() == 0) {
            requestLine(head, out);
        } else {
            head.copyTo(out, 0, head.fieldsStart());
        }
        int run = head.fieldsStart();
        for (int i = 0; i < head.fieldCount(); i++) {
            if (!passes(head, i, trace)) {
                int start = head.nameStart(i);
                if (start > run) {
                    head.copyTo(out, run, start);
                }
                run = head.lineEnd(i);
            }
        }
        head.copyTo(out, run, head.fieldsEnd());
        if (upgrades(head)) {
            upgrade(head, out);
        } else if (head.takesTrailers()) {
            out.writeBytes(TRAILERS);
        }
        forwarding.write(head, out);
        trace.write(out);
        out.writeBytes(LINE);
    }

    private static void requestLine(Head head, ByteBuf out) {
        head.copyTo(out, 0, head.targetStart());
        if (head.form() == TargetForm.ABSOLUTE && head.pathStart() == head.pathEnd()) {
            out.writeByte('/');
        }
        head.copyTo(out, head.pathStart(), head.targetEnd());
        out.writeBytes(VERSION);
        if (!head.has(KnownField.HOST)) {
            out.writeBytes(HOST);
            head.copyTo(out, head.hostStart(), head.authorityEnd());
            out.writeBytes(LINE);
        }
    }

    /// Whether the request asks for another protocol that the edge lets through: any but HTTP/2 in clear,
    /// which would hide the requests behind it from the edge.
    static boolean upgrades(Head head) {
        int field = head.index(KnownField.UPGRADE);
        return head.isUpgrade() && !begins(head.bytes(), head.valueStart(field), head.valueEnd(field), "h2c");
    }

    private static void upgrade(Head head, ByteBuf out) {
        out.writeBytes(UPGRADE);
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.kind(i) == KnownField.UPGRADE) {
                head.copyTo(out, head.nameStart(i), head.lineEnd(i));
            }
        }
    }

    private static boolean passes(Head head, int index, Trace trace) {
        if (head.isHopByHop(index)) {
            return false;
        }
        return switch (head.kind(index)) {
            case FORWARDED, X_FORWARDED_FOR, X_FORWARDED_HOST, X_FORWARDED_PROTO, X_REAL_IP -> false;
            case EXPECT -> head.minorVersion() > 0;
            case TRACEPARENT, TRACESTATE, X_REQUEST_ID -> !trace.drops(head.kind(index));
            case OTHER -> !poses(head.bytes(), head.nameStart(index), head.nameEnd(index));
            default -> true;
        };
    }

    /// Names that some program behind reads as if a proxy had said so: X-Forwarded-Anything, the same
    /// written with underscores (CGI makes them equal), Proxy (httpoxy), and what says that a client has
    /// shown a certificate.
    private static boolean poses(byte[] bytes, int start, int end) {
        return switch (bytes[start] | 0x20) {
            case 'x' ->
                begins(bytes, start, end, "x-forwarded-")
                        || begins(bytes, start, end, ClientCertificate.OURS)
                        || (end - start == 9 && begins(bytes, start, end, "x-real-ip"));
            case 'c' -> begins(bytes, start, end, ClientCertificate.STANDARD);
            case 'p' -> end - start == 5 && begins(bytes, start, end, "proxy");
            default -> false;
        };
    }

    private static boolean begins(byte[] bytes, int start, int end, String lower) {
        if (end - start < lower.length()) {
            return false;
        }
        for (int i = 0; i < lower.length(); i++) {
            byte given = bytes[start + i];
            int folded = given == '_' ? '-' : given >= 'A' && given <= 'Z' ? given | 0x20 : given;
            if (folded != lower.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// How many bytes the answer's head has when passed on with these additions; `more` are whole
    /// fields, of which only Strict-Transport-Security is known to replace the upstream's.
    static int answerLength(Head head, boolean unchunk, boolean chunk, boolean close, boolean keepAlive, byte[] more) {
        int length = head.length();
        for (int i = 0; i < head.fieldCount(); i++) {
            if (!answerPasses(head, i, unchunk, more)) {
                length -= head.lineEnd(i) - head.nameStart(i);
            }
        }
        return length
                + more.length
                + (chunk ? CHUNKED.length : 0)
                + (close ? CLOSE.length : 0)
                + (keepAlive ? KEEP_ALIVE.length : 0);
    }

    /// Writes the answer as the client shall see it.
    static void answer(
            Head head, boolean unchunk, boolean chunk, boolean close, boolean keepAlive, byte[] more, ByteBuf out) {
        int begin = out.writerIndex();
        int run = 0;
        for (int i = 0; i < head.fieldCount(); i++) {
            if (!answerPasses(head, i, unchunk, more)) {
                head.copyTo(out, run, head.nameStart(i));
                run = head.lineEnd(i);
            }
        }
        head.copyTo(out, run, head.fieldsEnd());
        out.setByte(begin + MINOR_VERSION, '1');
        if (chunk) {
            out.writeBytes(CHUNKED);
        }
        if (close) {
            out.writeBytes(CLOSE);
        }
        if (keepAlive) {
            out.writeBytes(KEEP_ALIVE);
        }
        out.writeBytes(more).writeBytes(LINE);
    }

    /// What we say of TLS ourselves is not said twice.
    static boolean answerPasses(Head head, int index, boolean unchunk, byte[] more) {
        if (more.length > 0 && head.kind(index) == KnownField.STRICT_TRANSPORT_SECURITY) {
            return false;
        }
        if (head.isUpgrade()) {
            return true;
        }
        boolean framing = head.kind(index) == KnownField.TRANSFER_ENCODING || head.kind(index) == KnownField.TRAILER;
        return !head.isHopByHop(index) && !(unchunk && framing);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
