package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Fields;

/// An answer of the edge itself that depends on the request's body: reads all of it, when it is small
/// enough, and has it answered off the loop.
final class CollectedAnswer implements UpstreamCall {
    private final LoopState loop;
    private final int most;
    private final Function<byte[], Reply.Content> work;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable Downstream client;
    private boolean working;
    private long asked;

    /// @param most bytes of a body; a longer one is refused with 413
    /// @param work gives the answer; may block
    CollectedAnswer(LoopState loop, int most, Function<byte[], Reply.Content> work) {
        this.loop = loop;
        this.most = most;
        this.work = work;
        this.asked = loop.now();
    }

    @Override
    public void begin(Downstream asking) {
        client = asking;
        if (asking.isRequestDone()) {
            requestDone();
        }
    }

    @Override
    public boolean takesRaw() {
        return false;
    }

    @Override
    public void raw(ByteBuf piece) {
        piece.release();
    }

    @Override
    public void content(ByteBuf piece) {
        Downstream asking = client;
        int length = piece.readableBytes();
        byte[] bytes = new byte[asking != null && length <= most - body.size() ? length : 0];
        piece.readBytes(bytes).release();
        body.writeBytes(bytes);
        if (asking != null && bytes.length < length) {
            client = null;
            asking.unanswered(413);
        }
    }

    @Override
    public void trailers(Fields trailers) {
        // nobody reads them
    }

    @Override
    public void requestDone() {
        if (working || client == null) {
            return;
        }
        working = true;
        asked = loop.now();
        byte[] whole = body.toByteArray();
        Thread.ofVirtual().name("edge-answer").start(() -> {
            Reply.Content reply = reply(whole);
            loop.loop().execute(() -> give(reply));
        });
    }

    private Reply.Content reply(byte[] whole) {
        try {
            return work.apply(whole);
        } catch (RuntimeException defect) {
            loop.proxy().unexpected(defect);
            return Reply.Content.text(500, "the edge could not do it; its log says why\n");
        }
    }

    private void give(Reply.Content reply) {
        Downstream asking = client;
        if (asking == null) {
            return;
        }
        client = null;
        boolean headOnly = asking.head().methodIs("HEAD");
        Proxy proxy = loop.proxy();
        ByteBuf bytes =
                reply.answer(proxy.loops().allocator(), headOnly, proxy.time().instant());
        new OwnAnswer(bytes).begin(asking);
        asking.flushAll();
    }

    @Override
    public void tunnelEnded() {
        // no tunnel leads here
    }

    @Override
    public void abandon() {
        client = null;
    }

    @Override
    public void reading(boolean on) {
        // the answer is written at once
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
        return asked;
    }
}
