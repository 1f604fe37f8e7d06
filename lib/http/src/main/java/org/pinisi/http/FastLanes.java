package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ThreadFactory;

/// What the [FastLane]s of one server share. Thread-safe.
public final class FastLanes {
    final HttpDate date;
    final Duration patience;
    final ThreadFactory threads;

    /// Lanes whose answers bear this clock's date; `patience` is how long a client may take nothing of an
    /// answer from a file.
    public FastLanes(InstantSource clock, Duration patience) {
        this(new HttpDate(clock), patience, Thread.ofVirtual().name("file-", 1).factory());
    }

    FastLanes(HttpDate date, Duration patience, ThreadFactory threads) {
        this.date = requireNonNull(date, "date");
        this.patience = requireNonNull(patience, "patience");
        this.threads = requireNonNull(threads, "threads");
    }

    /// The lane of one connection whose requests this head reads, to be used on the context's event loop only.
    /// `secure` says that TLS lies in the pipeline.
    public FastLane open(ChannelHandlerContext context, Head head, FastLane.Owner owner, boolean secure) {
        Output output = new Output(context.channel(), patience);
        return new FastLane(this, context, head, owner, secure, output);
    }
}
