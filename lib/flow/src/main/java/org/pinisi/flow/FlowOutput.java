package org.pinisi.flow;

import java.io.IOException;
import java.io.OutputStream;

/// A flow's writing side.
final class FlowOutput extends OutputStream {
    private final Flow flow;

    FlowOutput(Flow flow) {
        this.flow = flow;
    }

    @Override
    public void write(int value) throws IOException {
        flow.write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        flow.write(source, offset, length);
    }

    @Override
    public void close() {
        flow.close();
    }
}
