package org.pinisi.edge;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// How much of a route is under way at once, and the requests that wait for their turn, first come, first
/// served. It lives on when the route is replaced by one of the same name. Thread-safe.
final class RouteLoad {
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger count = new AtomicInteger();
    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();

    /// Whether one more request may be under way; if so it is, until [#leave].
    boolean enter(int most) {
        if (inFlight.incrementAndGet() <= most) {
            return true;
        }
        inFlight.decrementAndGet();
        return false;
    }

    void leave() {
        inFlight.decrementAndGet();
    }

    int waiting() {
        return count.get();
    }

    /// Lets a request wait.
    ///
    /// @return false if too many wait already
    boolean offer(Waiter waiter, int most) {
        if (count.incrementAndGet() > most) {
            count.decrementAndGet();
            return false;
        }
        waiters.add(waiter);
        return true;
    }

    /// The request does not wait any more.
    ///
    /// @return false if it was woken already
    boolean withdraw(Waiter waiter) {
        if (!waiter.take()) {
            return false;
        }
        waiters.remove(waiter);
        count.decrementAndGet();
        return true;
    }

    /// Something has become free: the one that has waited longest goes on.
    void wake() {
        while (count.get() > 0) {
            Waiter next = waiters.poll();
            if (next == null) {
                return;
            }
            if (next.take()) {
                count.decrementAndGet();
                next.resume();
                return;
            }
        }
    }

    /// The route has changed: all that wait look again.
    void wakeAll() {
        for (int i = count.get(); i > 0; i--) {
            wake();
        }
    }
}
