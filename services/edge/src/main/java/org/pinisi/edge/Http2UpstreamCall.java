package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.pinisi.http.Fields;
import org.pinisi.http.Framing;
import org.pinisi.http.Head;
import org.pinisi.http.Http2Upstream;
import org.pinisi.http.HttpException;
import org.pinisi.http.LoopStream;

/// One request at an upstream that speaks HTTP/2. The upstream may send only as much of an answer as the
/// client takes.
final class Http2UpstreamCall implements UpstreamCall, LoopStream.Listener {
    private static final long CANCEL = 0x8;
    private static final long REFUSED_STREAM = 0x7;
    private static final long PROTOCOL_ERROR = 0x1;

    private final LoopState loop;
    private final Http2UpstreamLink link;
    private @Nullable Downstream client;
    private @Nullable LoopStream stream;
    private boolean tunnel;
    private boolean answering;
    private boolean begun;
    private boolean answerToHead;
    private boolean requestEnded;
    private boolean over;
    private boolean paused;
    private int unconsumed;
    private long lastRead;

    Http2UpstreamCall(LoopState loop, Http2UpstreamLink link) {
        this.loop = loop;
        this.link = link;
        this.lastRead = loop.now();
    }

    @Override
    public void begin(Downstream asking) {
        client = asking;
        lastRead = loop.now();
        Head asked = asking.head();
        answerToHead = asked.methodIs("HEAD");
        tunnel = HeadWriter.upgrades(asked);
        if (tunnel && !link.offersTunnels()) {
            over = true;
            loop.loop().execute(() -> fail(asking, 501));
            return;
        }
        requestEnded = !tunnel && asked.framing() == Framing.NONE;
        Forwarding forwarding = asking.forwarding();
        Trace trace = asking.account().trace();
        ByteBuf text = link.allocator().heapBuffer(HeadWriter.requestRoom(asked, forwarding, trace));
        HeadWriter.request(asked, forwarding, trace, text);
        LoopStream opened = link.open(text, kind(), this);
        stream = opened;
        if (opened == null) {
            over = true;
            // Not at once: whoever asks has not returned from choosing this call.
            loop.loop().execute(() -> {
                if (asking.equals(client) && !asking.again(false, true)) {
                    fail(asking, 502);
                }
            });
        }
    }

    private Http2Upstream.Kind kind() {
        return tunnel
                ? Http2Upstream.Kind.TUNNEL
                : requestEnded ? Http2Upstream.Kind.WHOLE : Http2Upstream.Kind.BODY_FOLLOWS;
    }

    private void fail(Downstream asking, int status) {
        if (asking.equals(client)) {
            client = null;
            asking.unanswered(status);
            asking.flushAll();
        }
    }

    @Override
    public boolean takesRaw() {
        return false;
    }

    @Override
    public void raw(ByteBuf bytes) {
        content(bytes);
    }

    @Override
    public void content(ByteBuf piece) {
        LoopStream known = stream;
        if (known == null) {
            piece.release();
        } else {
            known.content(piece);
        }
    }

    @Override
    public void trailers(Fields trailers) {
        LoopStream known = stream;
        if (known != null && !requestEnded) {
            requestEnded = true;
            if (trailers.all().isEmpty()) {
                known.end();
            } else {
                known.trailers(trailers);
            }
        }
    }

    @Override
    public void requestDone() {
        lastRead = loop.now();
        if (!tunnel) {
            endRequest();
        }
    }

    private void endRequest() {
        LoopStream known = stream;
        if (known != null && !requestEnded) {
            requestEnded = true;
            known.end();
        }
    }

    @Override
    public void tunnelEnded() {
        endRequest();
        flush();
    }

    @Override
    public void abandon() {
        client = null;
        LoopStream known = stream;
        if (known != null && !over) {
            over = true;
            known.reset(CANCEL);
        }
    }

    @Override
    public void reading(boolean on) {
        paused = !on;
        LoopStream known = stream;
        if (on && known != null && unconsumed > 0) {
            int bytes = unconsumed;
            unconsumed = 0;
            known.consumed(bytes);
        }
    }

    @Override
    public boolean isWritable() {
        LoopStream known = stream;
        return known == null || known.isWritable();
    }

    @Override
    public void flush() {
        LoopStream known = stream;
        if (known != null) {
            known.flush();
        }
    }

    @Override
    public long lastRead() {
        return lastRead;
    }

    // ---- from the upstream

    @Override
    public void head(ByteBuf text, boolean end) {
        lastRead = loop.now();
        Downstream asking = client;
        if (asking == null) {
            text.release();
            return;
        }
        answering = true;
        link.answered();
        Head answer = loop.answerHeads().take(answerToHead);
        try {
            if (isWhole(answer, text)) {
                answer(asking, answer, text);
                link.flushLater(asking);
            } else {
                text.release();
                broke(asking);
            }
        } finally {
            loop.answerHeads().giveBack(answer);
        }
    }

    private static boolean isWhole(Head answer, ByteBuf text) {
        try {
            return answer.parse(text);
        } catch (HttpException malformed) {
            return false;
        }
    }

    private void answer(Downstream asking, Head answer, ByteBuf text) {
        int status = answer.status();
        if (status == 101) {
            text.release();
            broke(asking);
        } else if (status < 200) {
            asking.interim(answer, text);
        } else if (tunnel && status < 300) {
            begun = true;
            answer.reset(false);
            openTunnel(asking, answer, text);
        } else {
            begun = true;
            tunnel = false;
            keep(asking.answer(answer, text, false));
        }
    }

    /// What is 200 here is 101 to a client of HTTP/1.1 (RFC 8441, section 5).
    private void openTunnel(Downstream asking, Head answer, ByteBuf text) {
        Head asked = asking.head();
        ByteBuf switching = link.allocator().heapBuffer(text.readableBytes() + Tunnels.ROOM);
        boolean parsed = false;
        try {
            Tunnels.switching(asked, text, switching);
            parsed = answer.parse(switching);
        } finally {
            text.release();
            if (!parsed) {
                switching.release();
            }
        }
        keep(asking.tunnelOpened(answer, switching));
    }

    private void keep(boolean keepsUp) {
        paused |= !keepsUp;
    }

    /// What the upstream sends is no HTTP.
    private void broke(Downstream asking) {
        client = null;
        over = true;
        LoopStream known = stream;
        if (known != null) {
            known.reset(PROTOCOL_ERROR);
        }
        if (begun) {
            asking.cut(502);
        } else {
            asking.unanswered(502);
        }
    }

    @Override
    public void received(ByteBuf piece) {
        lastRead = loop.now();
        Downstream asking = client;
        int length = piece.readableBytes();
        LoopStream known = stream;
        if (asking == null || known == null) {
            piece.release();
            if (known != null) {
                known.consumed(length);
            }
            return;
        }
        keep(tunnel ? asking.raw(piece) : asking.content(piece));
        if (paused) {
            unconsumed += length;
        } else {
            known.consumed(length);
        }
        link.flushLater(asking);
    }

    @Override
    public void ended(Fields trailers) {
        Downstream asking = client;
        if (asking == null) {
            return;
        }
        client = null;
        if (tunnel) {
            asking.tunnelEnded();
        } else {
            boolean early = !requestEnded;
            if (!trailers.all().isEmpty()) {
                asking.trailers(trailers);
            }
            asking.answered();
            LoopStream known = stream;
            if (early && known != null && !over) {
                over = true;
                known.reset(CANCEL);
            }
        }
        link.flushLater(asking);
    }

    @Override
    public void tooLarge() {
        Downstream asking = client;
        if (asking != null) {
            broke(asking);
        }
    }

    @Override
    public void writable() {
        Downstream asking = client;
        if (asking != null) {
            asking.upstreamWritable();
        }
    }

    @Override
    public void answering(int status, long length) {
        throw new IllegalStateException("a fast path at an upstream");
    }

    @Override
    public void closed(long code) {
        over = true;
        Downstream asking = client;
        client = null;
        if (asking == null) {
            return;
        }
        if (tunnel && begun) {
            asking.tunnelEnded();
        } else if (begun) {
            asking.cut(502, code);
        } else if (answering || !asking.again(link.hasServed(), code == REFUSED_STREAM)) {
            asking.unanswered(502);
        }
        asking.flushAll();
    }
}
