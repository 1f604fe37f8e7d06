package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Server-sent events as an answer, with the heartbeat that runs on the event loop. An event and a
/// heartbeat are one buffer each, so they never mix.
final class EventStream implements EventSink, AutoCloseable {
    private final AnswerSink sink;
    private final Optional<String> lastEventId;
    private final Future<?> heartbeat;
    private final long period;
    private volatile long sent = System.nanoTime();

    EventStream(AnswerSink sink, Optional<String> lastEventId, Duration heartbeat) {
        this.sink = sink;
        this.lastEventId = lastEventId;
        this.period = heartbeat.toNanos();
        this.heartbeat = sink.loop().scheduleWithFixedDelay(this::beat, period, period, TimeUnit.NANOSECONDS);
    }

    @Override
    public void send(ServerEvent event) throws IOException {
        sink.write(bytes(event.toText()));
        sent = System.nanoTime();
    }

    @Override
    public Optional<String> lastEventId() {
        return lastEventId;
    }

    private void beat() {
        if (System.nanoTime() - sent >= period / 2) {
            sink.offer(bytes(": still here\n\n"));
        }
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        heartbeat.cancel(false);
    }
}
