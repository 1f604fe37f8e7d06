package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Fields;
import org.pinisi.http.Head;
import org.pinisi.http.HttpLimits;

/// An answer of the edge itself, given as if an upstream gave it, so that it reaches clients of every
/// version of HTTP the same way. The request's body is thrown away.
final class OwnAnswer implements UpstreamCall {
    private final ByteBuf bytes;

    /// @param bytes the whole answer as it stands on a wire of HTTP/1.1; ours from now on
    OwnAnswer(ByteBuf bytes) {
        this.bytes = bytes;
    }

    /// An error's page as it stands on a wire of HTTP/1.1: the route's own if it has one and the client
    /// reads HTML.
    static ByteBuf error(
            ByteBufAllocator allocator,
            ErrorAnswer error,
            ErrorFormat format,
            @Nullable HtmlPage own,
            boolean close,
            boolean headOnly,
            Instant now) {
        if (own == null || format != ErrorFormat.HTML) {
            return ErrorPages.answer(allocator, error, format, close, headOnly, now);
        }
        List<String> fields = new ArrayList<>();
        if (!error.requestId().isEmpty()) {
            fields.add("X-Request-ID: " + error.requestId());
        }
        if (error.retryAfter() > 0) {
            fields.add("Retry-After: " + error.retryAfter());
        }
        return own.answer(allocator, error.status(), fields, close, headOnly, now);
    }

    @Override
    public void begin(Downstream asking) {
        Head head = Head.forAnswers(HttpLimits.defaults());
        head.reset(asking.head().methodIs("HEAD"));
        head.parse(bytes);
        if (asking.takesRaw(head)) {
            asking.answer(head, bytes, true);
        } else {
            ByteBuf body =
                    bytes.retainedSlice(bytes.readerIndex() + head.length(), bytes.readableBytes() - head.length());
            asking.answer(head, bytes.writerIndex(bytes.readerIndex() + head.length()), false);
            if (body.isReadable()) {
                asking.content(body);
            } else {
                body.release();
            }
        }
        asking.answered();
    }

    @Override
    public boolean takesRaw() {
        return true;
    }

    @Override
    public void raw(ByteBuf piece) {
        piece.release();
    }

    @Override
    public void content(ByteBuf piece) {
        piece.release();
    }

    @Override
    public void trailers(Fields trailers) {
        // nobody reads them
    }

    @Override
    public void requestDone() {
        // it has its answer already
    }

    @Override
    public void tunnelEnded() {
        // no tunnel leads here
    }

    @Override
    public void abandon() {
        // nothing is under way
    }

    @Override
    public void reading(boolean on) {
        // everything was written at once
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    public void flush() {
        // nothing is kept back
    }

    @Override
    public long lastRead() {
        return 0;
    }
}
