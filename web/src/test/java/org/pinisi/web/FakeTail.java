package org.pinisi.web;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.pinisi.deployer.Tail;

/// Reads a growing text, a given number of bytes at a time.
final class FakeTail implements Tail {
    private final FakeLog log;
    private final int pieces;
    private final AtomicInteger open;
    private int offset;

    FakeTail(FakeLog log, long from, int pieces, AtomicInteger open) {
        this.log = log;
        this.pieces = pieces;
        this.open = open;
        int length = log.bytes().length;
        this.offset = Math.toIntExact(from < 0 ? Math.max(0, length + from) : Math.min(from, length));
        open.incrementAndGet();
    }

    @Override
    public byte[] read(Duration wait) throws InterruptedException {
        byte[] all = log.await(offset, wait.toNanos(), TimeUnit.NANOSECONDS);
        byte[] next = Arrays.copyOfRange(all, offset, Math.min(all.length, offset + pieces));
        offset += next.length;
        return next;
    }

    @Override
    public boolean ended() {
        return log.isEnded() && offset == log.bytes().length;
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public void close() {
        open.decrementAndGet();
    }
}
