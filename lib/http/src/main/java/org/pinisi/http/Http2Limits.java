package org.pinisi.http;

import static org.pinisi.http.LimitChecks.between;
import static org.pinisi.http.LimitChecks.positive;

import java.time.Duration;

/// How much of everything a peer may use on one HTTP/2 connection, beside [HttpLimits], which holds there too
/// (RFC 9113, section 10.5).
///
/// | limit | default | what happens beyond it |
/// |---|---|---|
/// | streams: open at once | 128 | the stream is refused (REFUSED_STREAM) |
/// | headerListBytes: a header list, 32 more for each field | 32 KiB | 431; much more: connection closed |
/// | headerBlockBytes: a header block as sent, CONTINUATION included | 64 KiB | connection closed |
/// | headerFrames: CONTINUATION frames of a header block | 16 | connection closed |
/// | streamWindow: bytes of a body on their way to a handler | 256 KiB | the client waits |
/// | connectionWindow: the same for all streams together | 1 MiB | the client waits |
/// | queuedBytes: bytes of an answer on their way from a handler | 128 KiB | the handler waits |
/// | resets: streams that the client resets in a floodTime | 200 | connection closed |
/// | ownResets: streams that it makes us reset in a floodTime | 200 | connection closed |
/// | controlFrames: SETTINGS and PING in a floodTime | 500 | connection closed |
/// | idleFrames: frames that move nothing in a floodTime | 10,000 | connection closed |
/// | floodTime | 10 s | |
/// | drainTime: for the last requests when the server stops | 1 s | later streams are refused |
///
/// Frames that move nothing are PRIORITY, WINDOW_UPDATE beyond two for each DATA frame sent, DATA without
/// bytes or end, and those of unknown types. A connection that goes beyond a limit is closed with GOAWAY and
/// ENHANCE_YOUR_CALM.
///
/// A stream whose client takes less than [HttpLimits#bodyBytesPerSecond()] of an answer that is ready, during
/// a whole [HttpLimits#idleTime()], is reset.
public record Http2Limits(
        int streams,
        int headerListBytes,
        int headerBlockBytes,
        int headerFrames,
        int streamWindow,
        int connectionWindow,
        int queuedBytes,
        int resets,
        int ownResets,
        int controlFrames,
        int idleFrames,
        Duration floodTime,
        Duration drainTime) {
    private static final Http2Limits DEFAULTS = new Http2Limits(
            128,
            32 << 10,
            64 << 10,
            16,
            256 << 10,
            1 << 20,
            128 << 10,
            200,
            200,
            500,
            10_000,
            Duration.ofSeconds(10),
            Duration.ofSeconds(1));

    public Http2Limits {
        between("streams", streams, 1, 1 << 16);
        between("headerListBytes", headerListBytes, 256, 1 << 20);
        between("headerBlockBytes", headerBlockBytes, 256, 1 << 24);
        between("headerFrames", headerFrames, 1, 1 << 16);
        between("streamWindow", streamWindow, 1 << 10, Integer.MAX_VALUE);
        between("connectionWindow", connectionWindow, (1 << 16) - 1, Integer.MAX_VALUE);
        between("queuedBytes", queuedBytes, 1 << 10, 1 << 30);
        between("resets", resets, 1, Integer.MAX_VALUE);
        between("ownResets", ownResets, 1, Integer.MAX_VALUE);
        between("controlFrames", controlFrames, 1, Integer.MAX_VALUE);
        between("idleFrames", idleFrames, 1, Integer.MAX_VALUE);
        positive("floodTime", floodTime);
        positive("drainTime", drainTime);
    }

    /// The defaults of the table above.
    public static Http2Limits defaults() {
        return DEFAULTS;
    }

    /// Other streams at once and header lists; the header block may be twice as large as the list.
    public Http2Limits withStreams(int newStreams, int newHeaderListBytes) {
        return new Http2Limits(
                newStreams,
                newHeaderListBytes,
                newHeaderListBytes * 2,
                headerFrames,
                streamWindow,
                connectionWindow,
                queuedBytes,
                resets,
                ownResets,
                controlFrames,
                idleFrames,
                floodTime,
                drainTime);
    }

    public Http2Limits withWindows(int newStreamWindow, int newConnectionWindow, int newQueuedBytes) {
        return new Http2Limits(
                streams,
                headerListBytes,
                headerBlockBytes,
                headerFrames,
                newStreamWindow,
                newConnectionWindow,
                newQueuedBytes,
                resets,
                ownResets,
                controlFrames,
                idleFrames,
                floodTime,
                drainTime);
    }
}
