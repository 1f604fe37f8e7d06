package org.pinisi.edge;

import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// A request that waits for its turn.
final class Waiter {
    private final EventLoop loop;
    private final Consumer<Waiter> next;
    private final AtomicBoolean taken = new AtomicBoolean();

    /// @param next what to do on the loop when it is its turn
    Waiter(EventLoop loop, Consumer<Waiter> next) {
        this.loop = loop;
        this.next = next;
    }

    /// Ends the wait; only the first who tries may.
    boolean take() {
        return taken.compareAndSet(false, true);
    }

    void resume() {
        loop.execute(() -> next.accept(this));
    }
}
