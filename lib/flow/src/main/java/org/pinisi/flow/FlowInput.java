package org.pinisi.flow;

import java.io.IOException;
import java.io.InputStream;

/// A flow's reading side.
final class FlowInput extends InputStream {
    private final Flow flow;

    FlowInput(Flow flow) {
        this.flow = flow;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return flow.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return length == 0 ? 0 : flow.read(target, offset, length);
    }

    @Override
    public void close() {
        flow.close();
    }
}
