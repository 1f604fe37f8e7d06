package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A file on its way to one client, where the kernel cannot send it by itself (TLS). On the event loop.
///
/// The loop reads the file itself, piece by piece while the client keeps up: what lies in the page cache is
/// there sooner than another thread awakes. When a read meets the disk, the rest is left to a thread that may
/// wait. Owns the file until one of the owner's methods is called.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class FilePump {
    /// After so many pieces the loop's other connections have their turn.
    private static final int TURN = 8;

    private final ChannelHandlerContext context;
    private final Channel channel;
    private final FileChannel file;
    private final Owner owner;
    private final LongSupplier nanoTime;
    private final long end;
    private long at;
    private boolean running;
    private boolean done;

    /// Who has asked for it. One of these is called, once, on the loop.
    interface Owner {
        /// All is written up to `at`: the end, or where the file could not be read on, and why. It is closed.
        void pumped(long at, @Nullable IOException failure);

        /// The rest, from `at` on, lies on a slow disk. The file is the owner's now.
        void slow(FileChannel file, long at);
    }

    FilePump(ChannelHandlerContext context, FileChannel file, long start, long length, Owner owner) {
        this(context, file, start, length, owner, System::nanoTime);
    }

    FilePump(
            ChannelHandlerContext context,
            FileChannel file,
            long start,
            long length,
            Owner owner,
            LongSupplier nanoTime) {
        this.context = context;
        this.channel = context.channel();
        this.file = file;
        this.at = start;
        this.end = start + length;
        this.owner = owner;
        this.nanoTime = nanoTime;
    }

    /// Goes on, and flushes. Called again whenever the channel has become writable; may be called while it
    /// goes on.
    ///
    /// @param taken how many bytes are written already that should leave in one piece with the first of these
    void go(int taken) {
        if (running || done) {
            return;
        }
        running = true;
        int length = FilePieces.ON_LOOP - taken;
        boolean slow = false;
        try {
            for (int i = 0; i < TURN && at < end && !slow && channel.isWritable(); i++) {
                slow = write((int) Math.min(length, end - at));
                length = FilePieces.ON_LOOP;
            }
        } catch (IOException failure) {
            finish(failure);
            return;
        } finally {
            running = false;
        }
        if (at == end) {
            finish(null);
        } else if (slow) {
            done = true;
            owner.slow(file, at);
        } else if (channel.isWritable()) {
            context.executor().execute(() -> go(0));
        }
    }

    /// Whether it took long.
    private boolean write(int length) throws IOException {
        long begin = nanoTime.getAsLong();
        ByteBuf piece = FilePieces.read(context.alloc(), file, at, length);
        boolean slow = nanoTime.getAsLong() - begin > FilePieces.SLOW_NANOS;
        at += length;
        context.writeAndFlush(piece, context.voidPromise());
        return slow;
    }

    private void finish(@Nullable IOException failure) {
        stop();
        owner.pumped(at, failure);
    }

    /// Gives up, as the channel is gone; the owner hears nothing more.
    void stop() {
        if (!done) {
            done = true;
            FilePieces.close(file);
        }
    }
}
