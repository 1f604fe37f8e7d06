package org.pinisi.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A log that a test writes while the code under test reads.
final class FakeLog {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private byte[] bytes = new byte[0];
    private boolean ended;

    static FakeLog of(String text) {
        FakeLog log = new FakeLog();
        log.write(text);
        log.end();
        return log;
    }

    void write(String text) {
        write(text.getBytes(UTF_8));
    }

    void write(byte[] more) {
        lock.lock();
        try {
            byte[] all = Arrays.copyOf(bytes, bytes.length + more.length);
            System.arraycopy(more, 0, all, bytes.length, more.length);
            bytes = all;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            ended = true;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    byte[] bytes() {
        lock.lock();
        try {
            return bytes.clone();
        } finally {
            lock.unlock();
        }
    }

    boolean isEnded() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    byte[] await(int offset, long wait, TimeUnit unit) throws InterruptedException {
        long left = unit.toNanos(wait);
        lock.lockInterruptibly();
        try {
            while (bytes.length <= offset && !ended && left > 0) {
                left = grown.awaitNanos(left);
            }
            return bytes.clone();
        } finally {
            lock.unlock();
        }
    }
}
