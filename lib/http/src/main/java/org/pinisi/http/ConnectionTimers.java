package org.pinisi.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The deadlines of one connection, on its event loop. A head has its own timer, needed only while a head is
/// incomplete; idleness is checked by one timer that puts itself off, so that a busy connection costs no
/// timer operation.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class ConnectionTimers {
    private final Channel channel;
    private final long headNanos;
    private final long idleNanos;
    private final Runnable headTimeout;
    private final BooleanSupplier waiting;
    private final Runnable idleTimeout;
    private @Nullable Future<?> headTimer;
    private @Nullable Future<?> idleTimer;
    private long touched;
    private long progress;

    /// `waiting` says whether it is the client's turn.
    ConnectionTimers(
            Channel channel, HttpLimits limits, Runnable headTimeout, BooleanSupplier waiting, Runnable idleTimeout) {
        this.channel = channel;
        this.headNanos = limits.headTime().toNanos();
        this.idleNanos = limits.idleTime().toNanos();
        this.headTimeout = headTimeout;
        this.waiting = waiting;
        this.idleTimeout = idleTimeout;
    }

    void start() {
        touch();
        headStarted();
        idleTimer = channel.eventLoop().schedule(this::checkIdle, idleNanos, TimeUnit.NANOSECONDS);
    }

    void touch() {
        touched = System.nanoTime();
    }

    void headStarted() {
        if (headTimer == null) {
            headTimer = channel.eventLoop().schedule(headTimeout, headNanos, TimeUnit.NANOSECONDS);
        }
    }

    void headComplete() {
        if (headTimer != null) {
            headTimer.cancel(false);
            headTimer = null;
        }
    }

    void stop() {
        headComplete();
        if (idleTimer != null) {
            idleTimer.cancel(false);
        }
    }

    private void checkIdle() {
        long pending = pending();
        boolean stuck = waiting.getAsBoolean() || (pending != 0 && pending == progress);
        long left = idleNanos - (System.nanoTime() - touched);
        if (stuck && left <= 0) {
            idleTimeout.run();
            return;
        }
        progress = pending;
        idleTimer = channel.eventLoop().schedule(this::checkIdle, left > 0 ? left : idleNanos, TimeUnit.NANOSECONDS);
    }

    /// A number that changes while the client takes what is written; 0 if nothing waits to be taken.
    private long pending() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.isEmpty()) {
            return 0;
        }
        // A file counts for nothing among the pending bytes; its progress shows that it moves.
        return (buffer.totalPendingWriteBytes() * 31 + System.identityHashCode(buffer.current())) * 31
                + buffer.currentProgress();
    }
}
