package org.pinisi.git;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// File operations that must not be cut short in their middle: interrupting a thread closes the file that it reads or
/// writes. They wait for nobody else, so there is no deadline.
final class Uninterrupted {
    private Uninterrupted() {}

    /// Does the work on a thread that nobody interrupts; an interruption meanwhile is kept for afterwards.
    static <T> T call(Callable<T> work) throws IOException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofVirtual().name("git-apply").start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException failure) {
            throw switch (failure.getCause()) {
                case IOException io -> io;
                case RuntimeException own -> own;
                case Throwable other -> new IOException(other);
            };
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
