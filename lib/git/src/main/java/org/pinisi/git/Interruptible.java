package org.pinisi.git;

import java.io.InterruptedIOException;
import org.eclipse.jgit.lib.EmptyProgressMonitor;

/// Ends JGit's work when the thread is interrupted.
final class Interruptible extends EmptyProgressMonitor {
    @Override
    public boolean isCancelled() {
        return Thread.currentThread().isInterrupted();
    }

    /// JGit ends some work quietly.
    static void check() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
    }
}
