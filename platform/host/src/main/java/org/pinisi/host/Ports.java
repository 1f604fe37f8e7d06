package org.pinisi.host;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/// Gives out loopback ports: below the range that the kernel takes for outgoing connections, and each as late as
/// possible after its last use, so that a stale route does not reach another app. Safe for any number of threads.
final class Ports {
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;

    private final Set<Integer> taken = new HashSet<>();
    private int next;

    Ports(RandomGenerator random) {
        next = random.nextInt(COUNT);
    }

    /// A port that no unit has and that nothing listens on.
    synchronized int take() {
        for (int tries = 0; tries < COUNT; tries++) {
            int port = FIRST + next;
            next = (next + 1) % COUNT;
            if (!taken.contains(port) && isFree(port)) {
                taken.add(port);
                return port;
            }
        }
        throw new HostException(
                HostException.Kind.FAILED, "no free port between " + FIRST + " and " + (FIRST + COUNT - 1));
    }

    /// Marks a port as a unit's own, as when the unit is read from disk.
    ///
    /// @return false when it is another unit's already
    synchronized boolean claim(int port) {
        return taken.add(port);
    }

    synchronized void release(int port) {
        taken.remove(port);
    }

    /// Whether nothing listens there now.
    static boolean isFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return probe.isBound();
        } catch (IOException busy) {
            return false;
        }
    }
}
