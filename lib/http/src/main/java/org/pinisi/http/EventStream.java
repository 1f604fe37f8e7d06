package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Server-sent events on a connection, with the heartbeat that runs on the event loop. An event and a
/// heartbeat are one buffer each, so they never mix.
@SuppressWarnings("FutureReturnValueIgnored") // a failed write closes the channel, which is heard there
final class EventStream implements EventSink, AutoCloseable {
    private final Channel channel;
    private final Output output;
    private final boolean chunked;
    private final Optional<String> lastEventId;
    private final Future<?> heartbeat;
    private final long period;
    private volatile long sent = System.nanoTime();

    EventStream(Channel channel, Output output, boolean chunked, Optional<String> lastEventId, Duration heartbeat) {
        this.channel = channel;
        this.output = output;
        this.chunked = chunked;
        this.lastEventId = lastEventId;
        this.period = heartbeat.toNanos();
        this.heartbeat = channel.eventLoop().scheduleWithFixedDelay(this::beat, period, period, TimeUnit.NANOSECONDS);
    }

    @Override
    public void send(ServerEvent event) throws IOException {
        output.write(frame(event.toText()));
        sent = System.nanoTime();
    }

    @Override
    public Optional<String> lastEventId() {
        return lastEventId;
    }

    private void beat() {
        if (System.nanoTime() - sent >= period / 2 && channel.isWritable()) {
            channel.writeAndFlush(frame(": still here\n\n"));
        }
    }

    private ByteBuf frame(String text) {
        ByteBuf piece = Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
        return chunked ? AnswerStream.chunk(channel.alloc(), piece) : piece;
    }

    @Override
    public void close() {
        heartbeat.cancel(false);
    }
}
