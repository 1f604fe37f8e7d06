package org.pinisi.http;

import java.io.IOException;
import java.time.Duration;
import org.pinisi.flow.Flow;

/// A flow that gives no more than so many bytes at once.
final class ChoppedFlow implements Flow {
    private final Flow under;
    private final int most;

    ChoppedFlow(Flow under, int most) {
        this.under = under;
        this.most = most;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return under.read(target, offset, Math.min(length, most));
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        for (int done = 0; done < length; done += most) {
            under.write(source, offset + done, Math.min(most, length - done));
        }
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
