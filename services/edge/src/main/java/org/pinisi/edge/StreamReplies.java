package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Fields;
import org.pinisi.http.Head;
import org.pinisi.http.LoopStream;

/// Writes the answer to one request of HTTP/2 or HTTP/3.
final class StreamReplies {
    private static final byte[] OPEN = "HTTP/1.1 200 \r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int LINE_END = 2;
    private static final String ACCEPT = "sec-websocket-accept";

    private final LoopStream stream;
    private final Head request;
    private final Account account;
    private final ByteBufAllocator allocator;
    private byte[] more = HeadWriter.NOTHING;
    private int answered;
    private boolean started;
    private boolean ended;

    StreamReplies(LoopStream stream, Head request, Account account, ByteBufAllocator allocator) {
        this.stream = stream;
        this.request = request;
        this.account = account;
        this.allocator = allocator;
    }

    /// These fields stand in the answer too, each with its line's end.
    void add(byte[] fields) {
        more = fields;
    }

    /// The status of the answer that has begun.
    int status() {
        return answered;
    }

    boolean isStarted() {
        return started;
    }

    void interim(ByteBuf bytes) {
        stream.head(bytes, true);
    }

    /// @return whether the client keeps up
    boolean begin(Head answer) {
        begins(answer.status());
        // Counted as HTTP/1.1 would write it.
        int length = answer.fieldsStart() + more.length + LINE_END;
        boolean wanted = stream.begin(answer.status());
        for (int i = 0; i < answer.fieldCount(); i++) {
            if (HeadWriter.answerPasses(answer, i, true, more)) {
                length += answer.lineEnd(i) - answer.nameStart(i);
                if (wanted) {
                    stream.field(answer, i);
                }
            }
        }
        if (wanted) {
            stream.fields(more);
        }
        account.add(length);
        return stream.isWritable();
    }

    private void begins(int status) {
        started = true;
        answered = status;
        account.status(status);
    }

    /// An upstream's 101 is 200 here; what proves that it understood the key has no place (RFC 8441,
    /// section 5).
    boolean tunnel(Head answer) {
        begins(200);
        ByteBuf text = allocator.heapBuffer(answer.length());
        text.writeBytes(OPEN);
        for (int i = 0; i < answer.fieldCount(); i++) {
            if (!answer.isHopByHop(i) && !answer.name(i).equalsIgnoreCase(ACCEPT)) {
                answer.copyTo(text, answer.nameStart(i), answer.lineEnd(i));
            }
        }
        text.writeByte('\r').writeByte('\n');
        stream.head(text, false);
        stream.flush();
        return stream.isWritable();
    }

    boolean content(ByteBuf piece) {
        account.add(piece.readableBytes());
        return stream.content(piece) && stream.isWritable();
    }

    void trailers(Fields trailers) {
        if (!trailers.all().isEmpty()) {
            ended = true;
            stream.trailers(trailers);
        }
    }

    void end() {
        if (!ended) {
            ended = true;
            stream.end();
        }
    }

    /// The edge's own answer: a page (`own` is the route's), or for gRPC its own kind of status, which its
    /// clients understand.
    void refuse(int status, @Nullable HtmlPage own, Instant now) {
        begins(status);
        ByteBuf page = OwnAnswer.error(
                allocator, account.error(status), ErrorFormat.of(request), own, false, request.methodIs("HEAD"), now);
        page = Reply.insert(page, more, allocator);
        account.add(page.readableBytes());
        int length = headLength(page);
        stream.head(page.readRetainedSlice(length), false);
        if (page.isReadable()) {
            stream.content(page);
        } else {
            page.release();
        }
        end();
        stream.flush();
    }

    private static int headLength(ByteBuf page) {
        int at = page.readerIndex();
        while (page.getInt(at) != 0x0d0a0d0a) {
            at++;
        }
        return at + Integer.BYTES - page.readerIndex();
    }
}
