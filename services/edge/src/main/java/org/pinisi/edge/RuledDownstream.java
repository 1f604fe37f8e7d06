package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.FastPath;
import org.pinisi.http.Fields;
import org.pinisi.http.Framing;
import org.pinisi.http.Head;
import org.pinisi.http.HttpLimits;
import org.pinisi.http.KnownField;

/// Who asks, as the upstream sees it through a route's rules: the request's head changed, the answer's head
/// changed, its body compressed. For one call; what comes after its end is dropped.
final class RuledDownstream implements Downstream {
    private static final HttpLimits ROOMY = HttpLimits.defaults().withHead(1 << 20, 1 << 16, 1024);

    private final Downstream asking;
    private final Dispatch dispatch;
    private final UpstreamCall call;
    private final Changes changes;
    private final ByteBufAllocator allocator;
    private final @Nullable String cookie;
    private final Head head;
    private final Forwarding forwarding;
    private @Nullable ContentCoding coding;
    private @Nullable Compressor compressor;
    private boolean varies;
    private boolean over;

    /// @param cookie what `Set-Cookie` shall say, or null
    RuledDownstream(
            Downstream asking,
            Dispatch dispatch,
            UpstreamCall call,
            Changes changes,
            ByteBufAllocator allocator,
            @Nullable String cookie) {
        this.asking = asking;
        this.dispatch = dispatch;
        this.call = call;
        this.changes = changes;
        this.allocator = allocator;
        this.cookie = cookie;
        Head asked = asking.head();
        RequestChanges request = changes.request();
        this.head = request.isEmpty() ? asked : request.apply(asked, asking.client());
        this.forwarding = request.changesHost()
                ? asking.forwarding().ofHost(asked.text(asked.hostStart(), asked.authorityEnd()))
                : asking.forwarding();
    }

    /// Nobody listens any more.
    void end() {
        over = true;
        Compressor current = compressor;
        compressor = null;
        if (current != null) {
            current.close();
        }
    }

    /// The request's body is longer than the route allows.
    void tooLarge() {
        if (!over) {
            end();
            call.abandon();
            asking.unanswered(413);
        }
    }

    // ---- what the upstream sees

    @Override
    public Head head() {
        return head;
    }

    @Override
    public Client client() {
        return asking.client();
    }

    @Override
    public Forwarding forwarding() {
        return forwarding;
    }

    @Override
    public Account account() {
        return asking.account();
    }

    @Override
    public boolean sendsRaw() {
        return asking.sendsRaw() && (changes.mostBody() == Long.MAX_VALUE || head.framing() != Framing.CHUNKED);
    }

    @Override
    public boolean isBodyStarted() {
        return asking.isBodyStarted();
    }

    @Override
    public boolean isRequestDone() {
        return !over && asking.isRequestDone();
    }

    @Override
    public boolean asksForUpgrade() {
        return !over && asking.asksForUpgrade();
    }

    // ---- the answer's head

    @Override
    public boolean takesRaw(Head answer) {
        Compression compression = changes.compression();
        varies = compression != null && compression.mayCompress(head, answer);
        coding = varies && compression != null ? compression.coding(head) : null;
        return coding == null && asking.takesRaw(answer);
    }

    @Override
    public void interim(Head answer, ByteBuf bytes) {
        if (over) {
            bytes.release();
        } else {
            asking.interim(answer, bytes);
        }
    }

    @Override
    public boolean answer(Head answer, ByteBuf bytes, boolean raw) {
        if (changes.retriesAnswers() && !over && dispatch.againAfter(answer.status())) {
            bytes.release();
            end();
            call.abandon();
            asking.flushAll();
            return true;
        }
        if (over) {
            bytes.release();
            return true;
        }
        if (changes.answer().isEmpty() && cookie == null && !varies) {
            return asking.answer(answer, bytes, raw);
        }
        Head changed = Head.forAnswers(ROOMY);
        changed.reset(head.methodIs("HEAD"));
        RequestChanges.parse(changed, changed(answer));
        int body = bytes.readableBytes() - answer.length();
        ByteBuf out = allocator.directBuffer(changed.length() + body);
        changed.copyTo(out, 0, changed.length());
        out.writeBytes(bytes, bytes.readerIndex() + answer.length(), body);
        bytes.release();
        ContentCoding chosen = coding;
        if (chosen != null) {
            compressor = new Compressor(chosen, allocator);
        }
        return asking.answer(changed, out, raw);
    }

    private String changed(Head answer) {
        ContentCoding chosen = coding;
        StringBuilder text = new StringBuilder(answer.length() + 256);
        boolean chunked = chosen != null;
        text.append(chunked ? "HTTP/1.1" : answer.text(answer.versionStart(), answer.versionStart() + 8));
        text.append(answer.text(answer.versionStart() + 8, answer.fieldsStart()));
        for (int i = 0; i < answer.fieldCount(); i++) {
            String name = answer.name(i);
            if (!changes.answer().passes(name) || (chosen != null && !Compression.passes(name))) {
                continue;
            }
            if (chosen != null
                    && name.equalsIgnoreCase("etag")
                    && !answer.value(i).startsWith("W/")) {
                // Not the same bytes any more, but still the same thing (RFC 9110, section 8.8.1).
                text.append("ETag: W/").append(answer.value(i)).append("\r\n");
            } else {
                text.append(answer.text(answer.nameStart(i), answer.lineEnd(i)));
            }
        }
        if (chosen != null) {
            text.append("Content-Encoding: ").append(chosen.token()).append("\r\nTransfer-Encoding: chunked\r\n");
        }
        if (varies && !variesAlready(answer)) {
            text.append("Vary: Accept-Encoding\r\n");
        }
        if (cookie != null) {
            text.append("Set-Cookie: ").append(cookie).append("\r\n");
        }
        return text.append(changes.answer().lines(asking.head(), asking.client()))
                .append("\r\n")
                .toString();
    }

    private static boolean variesAlready(Head answer) {
        for (int i = 0; i < answer.fieldCount(); i++) {
            if (answer.kind(i) == KnownField.OTHER && answer.name(i).equalsIgnoreCase("vary")) {
                String value = answer.value(i).toLowerCase(java.util.Locale.ROOT);
                if (value.contains("accept-encoding") || value.strip().equals("*")) {
                    return true;
                }
            }
        }
        return false;
    }

    // ---- its body

    @Override
    public boolean raw(ByteBuf bytes) {
        if (over) {
            bytes.release();
            return true;
        }
        return asking.raw(bytes);
    }

    @Override
    public boolean content(ByteBuf piece) {
        Compressor current = compressor;
        if (over) {
            piece.release();
            return true;
        }
        if (current == null) {
            return asking.content(piece);
        }
        try {
            return pass(current.add(piece));
        } catch (IOException failure) {
            throw new IllegalStateException("memory cannot be broken", failure);
        }
    }

    private boolean pass(ByteBuf made) {
        if (made.isReadable()) {
            return asking.content(made);
        }
        made.release();
        return true;
    }

    private void endBody() {
        Compressor current = compressor;
        compressor = null;
        if (current != null) {
            try {
                pass(current.end());
            } catch (IOException failure) {
                throw new IllegalStateException("memory cannot be broken", failure);
            } finally {
                current.close();
            }
        }
    }

    @Override
    public void flushAll() {
        Compressor current = compressor;
        if (current != null && !over) {
            try {
                pass(current.flush());
            } catch (IOException failure) {
                throw new IllegalStateException("memory cannot be broken", failure);
            }
        }
        asking.flushAll();
    }

    @Override
    public void trailers(Fields trailers) {
        if (!over) {
            endBody();
            asking.trailers(trailers);
        }
    }

    @Override
    public void answered() {
        if (!over) {
            endBody();
            over = true;
            asking.answered();
        }
    }

    // ---- other ends

    @Override
    public void cut(int status) {
        if (!over) {
            end();
            asking.cut(status);
        }
    }

    @Override
    public void cut(int status, long code) {
        if (!over) {
            end();
            asking.cut(status, code);
        }
    }

    @Override
    public void unanswered(int status) {
        if (!over) {
            end();
            asking.unanswered(status);
        }
    }

    @Override
    public boolean again(boolean reused, boolean refused) {
        return over || asking.again(reused, refused);
    }

    @Override
    public void reconnecting() {
        asking.reconnecting();
    }

    @Override
    public void connected(UpstreamCall other) {
        asking.connected(other);
    }

    @Override
    public void serve(FastPath folder) {
        asking.serve(folder);
    }

    @Override
    public void upstreamWritable() {
        if (!over) {
            asking.upstreamWritable();
        }
    }

    @Override
    public boolean tunnelOpened(Head answer, ByteBuf bytes) {
        if (over) {
            bytes.release();
            return true;
        }
        return asking.tunnelOpened(answer, bytes);
    }

    @Override
    public void tunnelEnded() {
        if (!over) {
            asking.tunnelEnded();
        }
    }
}
