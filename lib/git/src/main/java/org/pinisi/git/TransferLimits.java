package org.pinisi.git;

import java.time.Duration;

/// What talking to a remote may cost at most. Beyond a limit nothing is kept: no file, no ref.
///
/// @param packBytes bytes of one pack as sent; default 2 GiB
/// @param objectBytes bytes of one object, inflated; default 100 MiB. An object sent as a delta is
///     rebuilt in memory, so this bounds memory too
/// @param objects objects in one pack; default 5 million. Each takes about 100 bytes of memory while it
///     arrives
/// @param connectTime until a connection stands, with its encryption and signing in; default 15 s
/// @param idleTime without a byte from or to the remote; default 1 minute
/// @param operationTime one operation as a whole; default 15 minutes
public record TransferLimits(
        long packBytes,
        long objectBytes,
        long objects,
        Duration connectTime,
        Duration idleTime,
        Duration operationTime) {
    /// The defaults named above.
    public static final TransferLimits DEFAULT = new TransferLimits(
            2L << 30, 100L << 20, 5_000_000, Duration.ofSeconds(15), Duration.ofMinutes(1), Duration.ofMinutes(15));

    public TransferLimits {
        positive("packBytes", packBytes);
        positive("objectBytes", objectBytes);
        positive("objects", objects);
        positive("connectTime", connectTime.toMillis());
        positive("idleTime", idleTime.toMillis());
        positive("operationTime", operationTime.toMillis());
    }

    /// The same with other sizes.
    public TransferLimits withSizes(long pack, long object) {
        return new TransferLimits(pack, object, objects, connectTime, idleTime, operationTime);
    }

    /// The same with another most for the objects of a pack.
    public TransferLimits withObjects(long most) {
        return new TransferLimits(packBytes, objectBytes, most, connectTime, idleTime, operationTime);
    }

    /// The same with other times.
    public TransferLimits withTimes(Duration connect, Duration idle, Duration operation) {
        return new TransferLimits(packBytes, objectBytes, objects, connect, idle, operation);
    }

    private static void positive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
        }
    }
}
