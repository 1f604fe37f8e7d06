package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.FileRegion;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The way from a handler's thread to the channel: writing blocks while the client does not keep up, and ends
/// with an exception when the client is gone or takes nothing for the idle time.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class Output {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Channel channel;
    private final Duration patience;

    Output(Channel channel, Duration patience) {
        this.channel = channel;
        this.patience = patience;
    }

    /// For the loop: the channel became writable, or is gone.
    void changed() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Takes over the buffer.
    void write(ByteBuf bytes) throws IOException {
        try {
            awaitWritable();
        } catch (IOException e) {
            bytes.release();
            throw e;
        }
        channel.writeAndFlush(bytes);
    }

    /// Takes over the region and waits until the client has taken it.
    void write(FileRegion region) throws IOException {
        ChannelFuture written = channel.writeAndFlush(region.retain());
        try {
            long before = -1;
            while (!written.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = region.transferred();
                if (now == before) {
                    channel.close();
                    throw new ClientLostException("the client took nothing for " + patience);
                }
                before = now;
            }
            if (!written.isSuccess()) {
                throw new ClientLostException("the client is gone", written.cause());
            }
        } catch (InterruptedException e) {
            channel.close();
            throw interrupted(e);
        } finally {
            region.release();
        }
    }

    private void awaitWritable() throws IOException {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (channel.isActive() && !channel.isWritable()) {
                if (left <= 0) {
                    channel.close();
                    throw new ClientLostException("the client took nothing for " + patience);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        } finally {
            lock.unlock();
        }
        if (!channel.isActive()) {
            throw new ClientLostException("the client is gone");
        }
    }

    private static IOException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        InterruptedIOException failure = new InterruptedIOException("interrupted while writing the answer");
        failure.initCause(cause);
        return failure;
    }
}
