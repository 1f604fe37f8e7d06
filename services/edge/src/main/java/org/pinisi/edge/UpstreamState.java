package org.pinisi.edge;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One upstream as long as some route names it and until its last request has ended: its idle connections,
/// one pool for each event loop, and the count of requests under way.
final class UpstreamState {
    private final Upstream upstream;
    private final UpstreamPool[] pools;
    private final @Nullable UpstreamSecurity security;
    private final UpstreamTally tally = new UpstreamTally();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final CountDownLatch loopsToLeave;
    private final AtomicInteger nextAddress = new AtomicInteger();
    private volatile List<SocketAddress> addresses;
    private volatile boolean retired;

    /// @param addresses where it is found now; none while its host name is unknown
    UpstreamState(Upstream upstream, List<SocketAddress> addresses, int loops, int poolSize) {
        this.upstream = upstream;
        this.addresses = List.copyOf(addresses);
        this.security = upstream.protocol() == UpstreamProtocol.HTTPS ? UpstreamSecurity.of(upstream) : null;
        this.loopsToLeave = new CountDownLatch(loops);
        this.pools = new UpstreamPool[loops];
        for (int i = 0; i < loops; i++) {
            pools[i] = new UpstreamPool(poolSize);
        }
    }

    Upstream upstream() {
        return upstream;
    }

    /// TLS towards it; null if it speaks in clear.
    @Nullable
    UpstreamSecurity security() {
        return security;
    }

    String id() {
        return upstream.id();
    }

    UpstreamTally tally() {
        return tally;
    }

    /// The address whose turn it is; there must be one.
    SocketAddress socketAddress() {
        List<SocketAddress> known = addresses;
        return known.size() == 1
                ? known.getFirst()
                : known.get(Math.floorMod(nextAddress.getAndIncrement(), known.size()));
    }

    /// How many addresses there are to try.
    int addressCount() {
        return addresses.size();
    }

    /// The host name leads elsewhere now. What is connected stays.
    void addresses(List<SocketAddress> fresh) {
        addresses = List.copyOf(fresh);
    }

    List<SocketAddress> addresses() {
        return addresses;
    }

    /// Whether the address is a host name that did not resolve.
    boolean isUnresolved() {
        return addresses.isEmpty();
    }

    /// The pool of the loop with that index; to be used on that loop only.
    UpstreamPool pool(int loop) {
        return pools[loop];
    }

    void acquire() {
        inFlight.incrementAndGet();
    }

    void release() {
        if (inFlight.decrementAndGet() == 0 && retired) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    int inFlight() {
        return inFlight.get();
    }

    boolean isRetired() {
        return retired;
    }

    /// No route names it any more; set after the table without it was published.
    void retire() {
        retired = true;
    }

    /// Runs on each loop after [#retire]: no request that begins later on this loop can choose this
    /// upstream.
    void leave(int loop) {
        pools[loop].closeAll();
        loopsToLeave.countDown();
    }

    /// Waits until nothing is under way and nothing new can begin.
    ///
    /// @return the requests still under way at the deadline
    int awaitDrained(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        if (!loopsToLeave.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            return Math.max(1, inFlight.get());
        }
        synchronized (this) {
            while (inFlight.get() > 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    break;
                }
                wait(left);
            }
        }
        return inFlight.get();
    }

    /// Whether every loop has passed [#leave].
    boolean hasLeft() {
        return loopsToLeave.getCount() == 0;
    }
}
