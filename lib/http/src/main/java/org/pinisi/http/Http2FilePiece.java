package org.pinisi.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2RemoteFlowController.FlowControlled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// A piece of a file that waits for the client's windows, and is read only when they are open, straight into
/// the frames that leave. On the event loop: what lies in the page cache is there sooner than another thread
/// awakes. The last piece, or the one that fails, closes the file, unless a piece met a slow disk: then the rest
/// is left to a thread that may wait.
final class Http2FilePiece implements FlowControlled {
    private static final int LENGTH = 256 << 10;

    private final Http2Output output;
    private final Http2ServerStream stream;
    private final FileChannel file;
    private final Owner owner;
    private final long end;
    private long at;
    private int left;
    private boolean slow;
    private @Nullable IOException failure;

    /// Who has asked for it. On the loop; at most one of these is called, once.
    interface Owner {
        /// The file cannot be read on; it is closed.
        void failed(IOException failure);

        /// The rest, from `at` on, lies on a slow disk. The file is the owner's now.
        void slow(FileChannel file, long at);
    }

    Http2FilePiece(Http2Output output, Http2ServerStream stream, FileChannel file, long at, long end, Owner owner) {
        this.output = output;
        this.stream = stream;
        this.file = file;
        this.owner = owner;
        this.at = at;
        this.end = end;
        this.left = (int) Math.min(LENGTH, end - at);
    }

    @Override
    public int size() {
        return left;
    }

    @Override
    public void write(ChannelHandlerContext context, int allowed) {
        int count = Math.min(allowed, left);
        if (count <= 0) {
            return;
        }
        long begin = System.nanoTime();
        try {
            output.writeFile(stream.id(), file, at, count, at + count == end);
        } catch (IOException e) {
            failure = e;
            // Netty takes it as the end of the stream, and calls `error`.
            throw new UncheckedIOException(e);
        }
        slow |= System.nanoTime() - begin > FilePieces.SLOW_NANOS;
        at += count;
        left -= count;
        stream.sentUnqueued(count);
    }

    @Override
    public void writeComplete() {
        if (at == end) {
            FilePieces.close(file);
            output.ended(stream);
        } else if (slow) {
            owner.slow(file, at);
        } else {
            output.file(stream, file, at, end, owner);
        }
    }

    @Override
    public void error(ChannelHandlerContext context, @Nullable Throwable cause) {
        FilePieces.close(file);
        if (failure != null) {
            owner.failed(failure);
        }
    }

    @Override
    public boolean merge(ChannelHandlerContext context, FlowControlled next) {
        return false;
    }
}
