package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.apache.sshd.client.channel.ChannelExec;
import org.pinisi.flow.Flow;

/// A program's input and output behind SSH; what it says besides is kept, up to 4 KiB, to tell why it
/// ended.
final class SshFlow implements Flow {
    private final SshConnector.Client client;
    private final Flow under;
    private final Complaint complaint = new Complaint();
    private final InputStream in;
    private final OutputStream out;

    /// Starts the channel's program. The flow owns the client, and the flow under it.
    SshFlow(SshConnector.Client client, Flow under, ChannelExec channel, Duration time) throws IOException {
        this.client = client;
        this.under = under;
        channel.setErr(complaint);
        channel.open().verify(time);
        in = channel.getInvertedOut();
        out = channel.getInvertedIn();
    }

    private static final class Complaint extends OutputStream {
        private static final int MOST = 4096;

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public synchronized void write(byte[] source, int offset, int length) {
            bytes.write(source, offset, Math.min(length, MOST - bytes.size()));
        }

        synchronized String text() {
            return bytes.toString(UTF_8);
        }
    }

    /// What the program said besides its output, printable.
    String complaint() {
        return Messages.printable(complaint.text());
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int count = in.read(target, offset, length);
        SshSession session = client.session();
        IOException broken = count >= 0 || session == null ? null : session.failure();
        if (broken != null) {
            throw broken;
        }
        return count;
    }

    @Override
    public int poll(byte[] target, int offset, int length) throws IOException {
        int ready = Math.min(length, in.available());
        return ready == 0 ? 0 : read(target, offset, ready);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        out.write(source, offset, length);
        out.flush();
    }

    @Override
    public void shutdownOutput() throws IOException {
        out.close();
    }

    @Override
    public void patience(Duration patience) {
        under.patience(patience);
    }

    @Override
    public String description() {
        return "ssh over " + under.description();
    }

    @Override
    public void close() {
        SshCaller.end(client, under);
    }
}
