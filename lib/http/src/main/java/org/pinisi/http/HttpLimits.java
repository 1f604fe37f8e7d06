package org.pinisi.http;

import static org.pinisi.http.LimitChecks.between;
import static org.pinisi.http.LimitChecks.positive;

import java.time.Duration;

/// How much of everything a peer may use. Every queue, wait and size in this module is bounded by one of
/// these.
///
/// | limit | default | what happens beyond it |
/// |---|---|---|
/// | headBytes | 32 KiB | 431 |
/// | targetBytes | 8 KiB | 414 |
/// | fields | 128 | 431 |
/// | chunkExtensionBytes (each chunk) | 1 KiB | 400 |
/// | trailerBytes (all trailers of a body) | 8 KiB | 431 |
/// | bodyBytes | 64 MiB | 413 |
/// | drainBytes: unread request body taken after the answer | 256 KiB | connection closed |
/// | pipelinedBytes: further requests held while one is answered | 64 KiB | reading pauses |
/// | connections | 10,000 | 503, connection closed |
/// | handlers: requests handled at once | 1,000 | 503 |
/// | headTime: from connecting, or a head's first byte, to its last | 10 s | 408 |
/// | idleTime: a kept connection without request, an answer without progress | 60 s | connection closed |
/// | bodyIdleTime: between two pieces of a request body | 30 s | 408 |
/// | bodyBytesPerSecond, once bodyIdleTime was spent waiting in all | 240 | 408 |
/// | upgradeIdleTime: silence of the peer on an upgraded connection | 10 min | the handler is told |
///
/// Bytes are counted on the wire, save bodyBytes, which counts the content.
public record HttpLimits(
        int headBytes,
        int targetBytes,
        int fields,
        int chunkExtensionBytes,
        int trailerBytes,
        long bodyBytes,
        long drainBytes,
        int pipelinedBytes,
        int connections,
        int handlers,
        Duration headTime,
        Duration idleTime,
        Duration bodyIdleTime,
        int bodyBytesPerSecond,
        Duration upgradeIdleTime) {
    private static final HttpLimits DEFAULTS = new HttpLimits(
            32 << 10,
            8 << 10,
            128,
            1 << 10,
            8 << 10,
            64L << 20,
            256L << 10,
            64 << 10,
            10_000,
            1_000,
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(30),
            240,
            Duration.ofMinutes(10));

    public HttpLimits {
        between("headBytes", headBytes, 64, 1 << 20);
        between("targetBytes", targetBytes, 1, headBytes);
        between("fields", fields, 1, 10_000);
        between("chunkExtensionBytes", chunkExtensionBytes, 0, 1 << 20);
        between("trailerBytes", trailerBytes, 2, 1 << 20);
        between("bodyBytes", bodyBytes, 0, Long.MAX_VALUE);
        between("drainBytes", drainBytes, 0, Long.MAX_VALUE);
        between("pipelinedBytes", pipelinedBytes, 1, 1 << 30);
        between("connections", connections, 1, Integer.MAX_VALUE);
        between("handlers", handlers, 1, Integer.MAX_VALUE);
        positive("headTime", headTime);
        positive("idleTime", idleTime);
        positive("bodyIdleTime", bodyIdleTime);
        between("bodyBytesPerSecond", bodyBytesPerSecond, 0, 1 << 30);
        positive("upgradeIdleTime", upgradeIdleTime);
    }

    /// The defaults of the table above.
    public static HttpLimits defaults() {
        return DEFAULTS;
    }

    public HttpLimits withHead(int newHeadBytes, int newTargetBytes, int newFields) {
        return new HttpLimits(
                newHeadBytes,
                newTargetBytes,
                newFields,
                chunkExtensionBytes,
                trailerBytes,
                bodyBytes,
                drainBytes,
                pipelinedBytes,
                connections,
                handlers,
                headTime,
                idleTime,
                bodyIdleTime,
                bodyBytesPerSecond,
                upgradeIdleTime);
    }

    public HttpLimits withBodyBytes(long newBodyBytes) {
        return new HttpLimits(
                headBytes,
                targetBytes,
                fields,
                chunkExtensionBytes,
                trailerBytes,
                newBodyBytes,
                drainBytes,
                pipelinedBytes,
                connections,
                handlers,
                headTime,
                idleTime,
                bodyIdleTime,
                bodyBytesPerSecond,
                upgradeIdleTime);
    }

    public HttpLimits withDrainBytes(long newDrainBytes) {
        return new HttpLimits(
                headBytes,
                targetBytes,
                fields,
                chunkExtensionBytes,
                trailerBytes,
                bodyBytes,
                newDrainBytes,
                pipelinedBytes,
                connections,
                handlers,
                headTime,
                idleTime,
                bodyIdleTime,
                bodyBytesPerSecond,
                upgradeIdleTime);
    }

    public HttpLimits withChunks(int newChunkExtensionBytes, int newTrailerBytes) {
        return new HttpLimits(
                headBytes,
                targetBytes,
                fields,
                newChunkExtensionBytes,
                newTrailerBytes,
                bodyBytes,
                drainBytes,
                pipelinedBytes,
                connections,
                handlers,
                headTime,
                idleTime,
                bodyIdleTime,
                bodyBytesPerSecond,
                upgradeIdleTime);
    }

    public HttpLimits withConcurrency(int newConnections, int newHandlers) {
        return new HttpLimits(
                headBytes,
                targetBytes,
                fields,
                chunkExtensionBytes,
                trailerBytes,
                bodyBytes,
                drainBytes,
                pipelinedBytes,
                newConnections,
                newHandlers,
                headTime,
                idleTime,
                bodyIdleTime,
                bodyBytesPerSecond,
                upgradeIdleTime);
    }

    public HttpLimits withTimes(Duration newHeadTime, Duration newIdleTime, Duration newBodyIdleTime) {
        return new HttpLimits(
                headBytes,
                targetBytes,
                fields,
                chunkExtensionBytes,
                trailerBytes,
                bodyBytes,
                drainBytes,
                pipelinedBytes,
                connections,
                handlers,
                newHeadTime,
                newIdleTime,
                newBodyIdleTime,
                bodyBytesPerSecond,
                upgradeIdleTime);
    }

    public HttpLimits withUpgradeIdleTime(Duration newUpgradeIdleTime) {
        return new HttpLimits(
                headBytes,
                targetBytes,
                fields,
                chunkExtensionBytes,
                trailerBytes,
                bodyBytes,
                drainBytes,
                pipelinedBytes,
                connections,
                handlers,
                headTime,
                idleTime,
                bodyIdleTime,
                bodyBytesPerSecond,
                newUpgradeIdleTime);
    }
}
