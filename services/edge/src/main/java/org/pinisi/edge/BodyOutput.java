package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.pinisi.http.Fields;

/// Writes the bodies of one HTTP/1.1 connection, message after message, as RFC 9112, section 6
/// frames them.
///
/// Every method says how many bytes it wrote.
final class BodyOutput {
    private static final byte[] LAST_CHUNK = "0\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LINE = "\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_JOINED = 1024;
    private static final int CHUNK_ROOM = 10;

    private final Peer peer;
    private boolean chunks;
    private boolean raw;
    private boolean trailersTaken;
    private boolean ended;

    BodyOutput(Peer peer) {
        this.peer = peer;
    }

    /// A message begins.
    ///
    /// @param passedRaw its body comes as it stands on a wire
    /// @param inChunks its content is to be put into chunks
    /// @param takesTrailers the other side wants to have trailers
    void start(boolean passedRaw, boolean inChunks, boolean takesTrailers) {
        raw = passedRaw;
        chunks = inChunks;
        trailersTaken = takesTrailers;
        ended = false;
    }

    int content(ByteBuf piece) {
        int length = piece.readableBytes();
        if (length == 0) {
            piece.release();
            return 0;
        }
        if (!chunks) {
            peer.write(piece);
            return length;
        }
        boolean joined = length <= MOST_JOINED;
        ByteBuf line = peer.context().alloc().directBuffer(joined ? CHUNK_ROOM + length : CHUNK_ROOM);
        ByteBufUtil.writeAscii(line, Integer.toHexString(length));
        line.writeBytes(LINE);
        int all = line.readableBytes() + length + LINE.length;
        if (joined) {
            line.writeBytes(piece).writeBytes(LINE);
            piece.release();
            peer.write(line);
            return all;
        }
        peer.write(line);
        peer.write(piece);
        peer.write(peer.context().alloc().directBuffer(LINE.length).writeBytes(LINE));
        return all;
    }

    /// What the other side did not ask for is left out; the body ends here all the same.
    int trailers(Fields trailers) {
        if (!chunks && !raw) {
            return 0;
        }
        ByteBuf out = peer.context().alloc().directBuffer();
        if (chunks) {
            out.writeBytes(LAST_CHUNK);
        }
        if (trailersTaken) {
            for (Fields.Field field : trailers.all()) {
                out.writeCharSequence(field.name(), StandardCharsets.ISO_8859_1);
                out.writeByte(':').writeByte(' ');
                out.writeCharSequence(field.value(), StandardCharsets.ISO_8859_1);
                out.writeBytes(LINE);
            }
        }
        out.writeBytes(LINE);
        ended = true;
        int length = out.readableBytes();
        peer.write(out);
        return length;
    }

    int end() {
        if (!chunks || ended) {
            return 0;
        }
        int length = LAST_CHUNK.length + LINE.length;
        peer.write(peer.context()
                .alloc()
                .directBuffer(length)
                .writeBytes(LAST_CHUNK)
                .writeBytes(LINE));
        return length;
    }
}
