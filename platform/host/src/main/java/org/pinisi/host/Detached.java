package org.pinisi.host;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Work that goes on to its end when whoever asked for it goes away: half a stop would be worse than a late one.
final class Detached {
    private Detached() {}

    /// Runs work on a thread of its own and waits for it.
    ///
    /// @throws InterruptedException when the waiting was interrupted; the work goes on
    static <T> T call(String name, Callable<T> work) throws InterruptedException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread ignored = Thread.ofVirtual().name(name).start(task);
        try {
            return task.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new HostException(HostException.Kind.FAILED, name + " failed: " + failure.getCause(), failure);
        }
    }
}
