package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Feeds messages to the parser, whole and in fragments.
final class Bytes {
    private Bytes() {}

    static ByteBuf of(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    /// Parses the text given in pieces of this size; fails if the head is not complete at its end.
    static Head parse(Head head, String text, int fragment) {
        ByteBuf whole = of(text);
        ByteBuf growing = Unpooled.buffer();
        while (whole.isReadable()) {
            growing.writeBytes(whole, Math.min(fragment, whole.readableBytes()));
            if (head.parse(growing)) {
                return head;
            }
        }
        throw new AssertionError("the head is not complete: " + text);
    }

    /// The status with which the text is refused, or null if it is not.
    static @Nullable HttpException refusal(Head head, String text, int fragment) {
        ByteBuf whole = of(text);
        ByteBuf growing = Unpooled.buffer();
        while (whole.isReadable()) {
            growing.writeBytes(whole, Math.min(fragment, whole.readableBytes()));
            try {
                if (head.parse(growing)) {
                    return null;
                }
            } catch (HttpException e) {
                return e;
            }
        }
        return null;
    }

    /// Everything that a complete head says, as text to compare.
    static String describe(Head head) {
        StringBuilder out = new StringBuilder();
        if (head.isRequest()) {
            out.append(head.method())
                    .append(' ')
                    .append(head.target())
                    .append(' ')
                    .append(head.form());
            out.append(" path=").append(head.text(head.pathStart(), head.pathEnd()));
            out.append(" query=").append(head.queryStart()).append(" host=").append(head.host());
        } else {
            out.append(head.status()).append(' ').append(head.text(head.reasonStart(), head.reasonEnd()));
        }
        out.append(" minor=").append(head.minorVersion()).append(' ').append(head.framing());
        out.append(' ').append(head.contentLength()).append(" keep=").append(head.isKeepAlive());
        out.append(" upgrade=").append(head.isUpgrade()).append(" expect=").append(head.expectsContinue());
        for (int i = 0; i < head.fieldCount(); i++) {
            out.append('\n').append(head.name(i)).append(": ").append(head.value(i));
            out.append(head.isHopByHop(i) ? " (hop)" : "").append(' ').append(head.kind(i));
            out.append(' ').append(head.lineEnd(i));
        }
        return out.append('\n').append(head.length()).toString();
    }
}
