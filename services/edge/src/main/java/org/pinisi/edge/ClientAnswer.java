package org.pinisi.edge;

import io.netty.buffer.ByteBuf;
import org.pinisi.http.Fields;
import org.pinisi.http.Framing;
import org.pinisi.http.Head;

/// Writes the answers of one HTTP/1.1 client connection. An upstream's head is changed where it
/// lies and leaves in one buffer with what was read of the body; nothing is copied that stays as it
/// is.
final class ClientAnswer {
    private final ClientConnection client;
    private final Account account;
    private final BodyOutput body;
    private byte[] more = HeadWriter.NOTHING;
    private boolean started;
    private boolean kept;

    ClientAnswer(ClientConnection client, Account account) {
        this.client = client;
        this.account = account;
        this.body = new BodyOutput(client);
    }

    /// Another request is being answered; `keepAlive` is what the client wishes.
    void reset(boolean keepAlive) {
        started = false;
        kept = keepAlive;
        more = HeadWriter.NOTHING;
    }

    /// These fields stand in the answer too, each with its line's end.
    void add(byte[] fields) {
        more = fields;
    }

    byte[] more() {
        return more;
    }

    boolean isStarted() {
        return started;
    }

    /// Whether the connection is kept after this answer.
    boolean isKept() {
        return kept;
    }

    /// Keeps the connection only if this holds too.
    void keepIf(boolean wanted) {
        kept &= wanted;
    }

    private boolean isOld() {
        return client.head().minorVersion() == 0;
    }

    /// Chunks mean nothing to a client of HTTP/1.0; one of HTTP/1.1 gets chunks instead of an end
    /// by closing.
    boolean takesRaw(Head answer) {
        return switch (answer.framing()) {
            case UNTIL_CLOSE -> isOld();
            case CHUNKED -> !isOld();
            case NONE, LENGTH -> true;
        };
    }

    void interim(ByteBuf bytes) {
        if (isOld()) {
            bytes.release();
        } else {
            write(bytes);
        }
    }

    boolean begin(Head answer, ByteBuf bytes, boolean raw) {
        boolean old = isOld();
        Framing framing = answer.framing();
        boolean bounded = framing == Framing.NONE || framing == Framing.LENGTH;
        boolean unchunk = old && framing == Framing.CHUNKED;
        boolean chunk = !old && framing == Framing.UNTIL_CLOSE;
        begins(answer.status(), bounded || !old);
        body.start(raw, !raw && !old && !bounded, client.head().takesTrailers());
        boolean close = !kept;
        boolean stay = kept && old;
        int length = HeadWriter.answerLength(answer, unchunk, chunk, close, stay, more);
        int bodyStart = bytes.readerIndex() + answer.length();
        if (length > answer.length()) {
            ByteBuf longer = client.context().alloc().directBuffer(length);
            HeadWriter.answer(answer, unchunk, chunk, close, stay, more, longer);
            write(longer);
            bytes.readerIndex(bodyStart);
            if (!bytes.isReadable()) {
                bytes.release();
                return client.isWritable();
            }
            return write(bytes);
        }
        boolean unchanged = length == answer.length()
                && answer.minorVersion() == 1
                && !chunk
                && !close
                && !stay
                && more.length == 0;
        if (!unchanged) {
            // The parser has a copy of the head, so that the new one can be written over the old one, end at end.
            int end = bytes.writerIndex();
            int start = bodyStart - length;
            bytes.setIndex(start, start);
            HeadWriter.answer(answer, unchunk, chunk, close, stay, more, bytes);
            bytes.setIndex(start, end);
        }
        return write(bytes);
    }

    /// `lasting` is false when only the connection's end ends the answer.
    void begins(int status, boolean lasting) {
        begins(status);
        kept &= lasting && !client.isStopping();
    }

    void begins(int status) {
        started = true;
        account.status(status);
    }

    boolean write(ByteBuf bytes) {
        account.add(bytes.readableBytes());
        client.write(bytes);
        return client.isWritable();
    }

    boolean content(ByteBuf piece) {
        account.add(body.content(piece));
        return client.isWritable();
    }

    void trailers(Fields trailers) {
        account.add(body.trailers(trailers));
    }

    void end() {
        account.add(body.end());
    }
}
