package org.pinisi.git;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Lines on their way from whoever deploys to the thread that serves the pusher, at most [#CAPACITY] at a time.
final class ProgressQueue implements PushProgress {
    /// Lines waiting at most; more are left out, and counted.
    static final int CAPACITY = 1024;

    private static final int LINE_CHARACTERS = 4096;
    private static final long KEEP_ALIVE_SECONDS = 5;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<String> lines = new ArrayDeque<>();
    private long leftOut;
    private boolean ended;
    private boolean gone;

    /// The pusher's end of the queue.
    interface Terminal {
        /// Shows the lines at once.
        void show(List<String> lines) throws IOException;

        /// Shows nothing, but lets everyone on the way know that this connection lives.
        void keepAlive() throws IOException;
    }

    @Override
    public void line(String text) {
        lock.lock();
        try {
            for (String line : text.split("\r?\n", -1)) {
                if (gone) {
                    return;
                }
                if (lines.size() < CAPACITY) {
                    lines.addLast(printable(line));
                } else {
                    leftOut++;
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean listening() {
        lock.lock();
        try {
            return !gone;
        } finally {
            lock.unlock();
        }
    }

    /// No more lines will come.
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Shows lines as they come until [#end]; returns early when the pusher is gone or this thread is interrupted,
    /// which it then still is.
    void pump(Terminal terminal) {
        try {
            boolean more = true;
            while (more) {
                List<String> batch = new ArrayList<>();
                more = take(batch);
                if (!batch.isEmpty()) {
                    terminal.show(batch);
                } else if (more) {
                    terminal.keepAlive();
                }
            }
        } catch (IOException disconnected) {
            leave();
        } catch (InterruptedException interrupted) {
            leave();
            Thread.currentThread().interrupt();
        }
    }

    private boolean take(List<String> batch) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long patience = TimeUnit.SECONDS.toNanos(KEEP_ALIVE_SECONDS);
            while (lines.isEmpty() && !ended && patience > 0) {
                patience = changed.awaitNanos(patience);
            }
            batch.addAll(lines);
            lines.clear();
            if (leftOut > 0) {
                batch.add("(" + leftOut + " lines left out: this connection is too slow for them)");
                leftOut = 0;
            }
            return !ended;
        } finally {
            lock.unlock();
        }
    }

    private void leave() {
        lock.lock();
        try {
            gone = true;
            lines.clear();
        } finally {
            lock.unlock();
        }
    }

    /// Without what could move the cursor or speak to the terminal; colours (SGR sequences) stay.
    static String printable(String line) {
        String shown = line.length() <= LINE_CHARACTERS ? line : line.substring(0, LINE_CHARACTERS) + "…";
        return shown.replaceAll("\u001b(?!\\[[0-9;]*m)|[\\p{Cntrl}&&[^\u001b\t]]", "");
    }
}
