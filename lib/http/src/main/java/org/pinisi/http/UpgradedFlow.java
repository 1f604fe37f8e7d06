package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.time.Duration;
import org.pinisi.flow.Flow;

/// A connection that has left HTTP/1.1, with the first bytes that came along with the head.
final class UpgradedFlow implements Flow {
    private final Flow under;
    private final ByteBuf first;

    /// `first` lives in the heap and is this one's from now on.
    UpgradedFlow(Flow under, ByteBuf first) {
        this.under = under;
        this.first = first;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return first.isReadable() ? readFirst(target, offset, length) : under.read(target, offset, length);
    }

    @Override
    public int poll(byte[] target, int offset, int length) throws IOException {
        return first.isReadable() ? readFirst(target, offset, length) : under.poll(target, offset, length);
    }

    private int readFirst(byte[] target, int offset, int length) {
        int count = Math.min(length, first.readableBytes());
        first.readBytes(target, offset, count);
        return count;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        under.write(source, offset, length);
    }

    @Override
    public void shutdownOutput() throws IOException {
        under.shutdownOutput();
    }

    @Override
    public void patience(Duration patience) {
        under.patience(patience);
    }

    @Override
    public String description() {
        return under.description();
    }

    @Override
    public void close() {
        under.close();
    }
}
