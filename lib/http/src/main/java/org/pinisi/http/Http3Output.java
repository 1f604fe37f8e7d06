package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http3.DefaultHttp3DataFrame;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.DefaultHttp3HeadersFrame;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.handler.codec.quic.QuicStreamChannel;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// What one stream of HTTP/3 sends. On the event loop.
@SuppressWarnings("FutureReturnValueIgnored") // the packer tells what becomes of what is written
final class Http3Output {
    private static final int MOST_QUEUED = 128 << 10;
    private static final int FEW_QUEUED = 32 << 10;

    private final Http3LoopStream stream;
    private final QuicStreamChannel channel;
    private final Http3Packer packer = new Http3Packer(this);
    /// A head that waits for more fields, or for what leaves with it.
    private @Nullable Http3Headers section;
    /// For pieces of a file.
    private @Nullable Semaphore ahead;
    /// Bytes of the body that were written and not yet taken by QUIC.
    private long queued;
    /// Those of them that are still being gathered.
    private int gathered;
    private boolean slow;
    private boolean ended;

    Http3Output(Http3LoopStream stream, QuicStreamChannel channel) {
        this.stream = stream;
        this.channel = channel;
    }

    Http3Packer packer() {
        return packer;
    }

    boolean isEnded() {
        return ended;
    }

    /// Whether the client does not keep up.
    boolean isSlow() {
        return slow;
    }

    // ---- what is sent

    void head(Http3Headers head, boolean interim) {
        if (interim) {
            write(head);
        } else {
            section = head;
        }
    }

    void field(Head answer, int index) {
        Http3Headers made = section;
        if (made != null) {
            Http3Fields.add(made, answer, index);
        }
    }

    void fields(byte[] lines) {
        Http3Headers made = section;
        if (made != null) {
            Http3Fields.add(made, lines, 0, lines.length);
        }
    }

    void content(ByteBuf piece) {
        if (!piece.isReadable()) {
            piece.release();
            return;
        }
        writeHead();
        int length = piece.readableBytes();
        queued += length;
        gathered += length;
        slow |= queued > MOST_QUEUED;
        channel.write(new DefaultHttp3DataFrame(piece), channel.voidPromise());
    }

    /// A piece of a file; `permits` has its own back when the piece has left.
    void piece(ByteBuf piece, Semaphore permits) {
        ahead = permits;
        content(piece);
        channel.flush();
    }

    void end() {
        writeHead();
        ended = true;
        packer.end();
    }

    void trailers(Fields given) {
        writeHead();
        Http3Headers made = new DefaultHttp3Headers(false);
        Http3Fields.trailers(made, given);
        if (!made.isEmpty()) {
            write(made);
        }
        ended = true;
        packer.end();
    }

    void flush() {
        writeHead();
        channel.flush();
    }

    private void write(Http3Headers made) {
        channel.write(new DefaultHttp3HeadersFrame(made), channel.voidPromise());
    }

    private void writeHead() {
        Http3Headers made = section;
        if (made != null) {
            section = null;
            write(made);
        }
    }

    // ---- what the packer tells

    /// What was gathered is given to QUIC; returns how many bytes of the body that is.
    int sending() {
        int content = gathered;
        gathered = 0;
        return content;
    }

    /// QUIC has taken so many bytes of the body, or will take nothing any more.
    void sent(int content, boolean last, boolean taken) {
        queued -= content;
        Semaphore known = ahead;
        if (known != null && content > 0) {
            known.release();
        }
        if (!taken) {
            // The client wants no more of it (STOP_SENDING), or the stream is gone.
            stream.abandon();
            return;
        }
        if (slow && queued <= FEW_QUEUED) {
            slow = false;
            stream.writable();
        }
        if (last) {
            stream.sentAll();
        }
    }

    // ---- how it gets on

    /// Whether QUIC does not take everything at once.
    boolean isBehind() {
        return packer.isBehind();
    }

    /// A number that grows as QUIC takes more.
    long progress() {
        return packer.progress();
    }

    /// A client that wants no more is known only by a write that fails.
    void probe() {
        ChannelHandlerContext context = channel.pipeline().context(packer);
        if (context != null) {
            packer.probe(context);
        }
    }

    /// The stream is over.
    void close() {
        section = null;
        Semaphore waiter = ahead;
        if (waiter != null) {
            waiter.release();
        }
    }
}
