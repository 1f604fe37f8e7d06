package org.pinisi.git;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/// File operations that must not be cut short in their middle: interrupting a thread closes the file that
/// it reads or writes. They wait for nobody else, so there is no deadline.
final class Uninterrupted {
    private Uninterrupted() {}

    /// As [#call], for work that fails only by mistake.
    static void run(Runnable work) {
        try {
            call(Executors.callable(work));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /// Does the work on a thread that nobody interrupts; an interruption meanwhile is kept for
    /// afterwards.
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
            if (failure.getCause() instanceof RuntimeException own) {
                throw own;
            }
            throw failure.getCause() instanceof IOException io ? io : new IOException(failure.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
