package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameReader;
import io.netty.handler.codec.http2.Http2FrameTypes;

/// Sees the head of each frame before it is decoded, and ends the connection of a client that floods. On the
/// event loop.
final class Http2Guard implements Http2FrameReader {
    private static final int HEAD = 9;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final int PRIORITY_FIELDS = 5;

    private final Http2FrameReader reader;
    private final Http2Limits limits;
    private final long period;
    private final byte[] head = new byte[HEAD];
    private int headBytes;
    private int payloadLeft;
    private int seen;
    private boolean inHeaders;
    private long blockBytes;
    private int blockFrames;
    private long periodStart;
    private int resets;
    private int ownResets;
    private int controlFrames;
    private long idleFrames;
    private long credit;

    Http2Guard(Http2FrameReader reader, Http2Limits limits) {
        this.reader = reader;
        this.limits = limits;
        this.period = limits.floodTime().toNanos();
        this.periodStart = System.nanoTime();
    }

    @Override
    public void readFrame(ChannelHandlerContext context, ByteBuf input, Http2FrameListener listener)
            throws Http2Exception {
        int newBytes = input.readerIndex() + Math.min(seen, input.readableBytes());
        scan(input, newBytes, input.writerIndex());
        try {
            reader.readFrame(context, input, listener);
        } finally {
            seen = input.readableBytes();
        }
    }

    /// Whether a frame or a header block has begun and is not complete.
    boolean isInside() {
        return inHeaders || headBytes > 0 || payloadLeft > 0;
    }

    /// A DATA frame was sent, which may be answered by WINDOW_UPDATE.
    void dataSent() {
        credit += 2;
    }

    /// A stream was reset because of what the client did.
    void resetSent() throws Http2Exception {
        turn();
        ownResets++;
        check("streams that had to be reset", ownResets, limits.ownResets());
    }

    /// A frame came for a stream that was reset; it counts among those that move nothing, without an end of
    /// its own, since the next such frame comes to one.
    void stray() {
        idleFrames++;
    }

    private void scan(ByteBuf input, int from, int to) throws Http2Exception {
        int position = from;
        while (position < to) {
            if (payloadLeft > 0) {
                int step = Math.min(payloadLeft, to - position);
                payloadLeft -= step;
                position += step;
                continue;
            }
            int step = Math.min(HEAD - headBytes, to - position);
            input.getBytes(position, head, headBytes, step);
            headBytes += step;
            position += step;
            if (headBytes == HEAD) {
                headBytes = 0;
                payloadLeft = (head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | (head[2] & 0xff);
                count(head[3], head[4]);
            }
        }
    }

    private void count(byte type, byte flags) throws Http2Exception {
        switch (type) {
            case Http2FrameTypes.HEADERS -> {
                blockBytes = 0;
                blockFrames = 0;
                block(flags);
            }
            case Http2FrameTypes.CONTINUATION -> {
                blockFrames++;
                check("CONTINUATION frames", blockFrames, limits.headerFrames());
                block(flags);
            }
            case Http2FrameTypes.DATA -> {
                if (payloadLeft == 0 && (flags & END_STREAM) == 0) {
                    idle();
                }
            }
            case Http2FrameTypes.RST_STREAM -> {
                turn();
                resets++;
                check("streams that the client reset", resets, limits.resets());
            }
            case Http2FrameTypes.SETTINGS, Http2FrameTypes.PING -> {
                if ((flags & ACK) == 0) {
                    turn();
                    controlFrames++;
                    check("SETTINGS and PING frames", controlFrames, limits.controlFrames());
                }
            }
            default -> idle();
        }
    }

    private void block(byte flags) throws Http2Exception {
        inHeaders = (flags & END_HEADERS) == 0;
        blockBytes += payloadLeft;
        check("bytes of a header block", blockBytes, limits.headerBlockBytes() + (long) PRIORITY_FIELDS);
    }

    private void idle() throws Http2Exception {
        turn();
        if (credit > 0) {
            credit--;
            return;
        }
        idleFrames++;
        check("frames that move nothing", idleFrames, limits.idleFrames());
    }

    /// Begins a new period of counting if it is time.
    private void turn() {
        long now = System.nanoTime();
        if (now - periodStart >= period) {
            periodStart = now;
            resets = 0;
            ownResets = 0;
            controlFrames = 0;
            idleFrames = 0;
        }
    }

    private static void check(String what, long count, long most) throws Http2Exception {
        if (count > most) {
            throw Http2Exception.connectionError(
                    Http2Error.ENHANCE_YOUR_CALM, "too many %s: %d (at most %d)", what, count, most);
        }
    }

    @Override
    public Configuration configuration() {
        return reader.configuration();
    }

    @Override
    public void close() {
        reader.close();
    }
}
