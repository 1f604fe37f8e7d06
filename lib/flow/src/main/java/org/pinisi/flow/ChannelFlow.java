package org.pinisi.flow;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;

/// A TCP connection or a unix domain socket.
final class ChannelFlow implements Flow {
    /// The JDK copies through a buffer of this size outside of the heap, kept for each carrier thread.
    private static final int LARGEST = 128 << 10;

    private final SocketChannel channel;
    private final String description;
    private final Watch watch;

    private ChannelFlow(SocketChannel channel, String description, Duration patience) {
        this.channel = channel;
        this.description = description;
        this.watch = new Watch(this::close, patience);
    }

    static Flow tcp(InetSocketAddress address, Duration time) throws IOException {
        String host = address.getAddress().getHostAddress();
        String shown = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return connected(channel, address, "tcp " + shown, time);
    }

    static Flow unix(Path path, Duration time) throws IOException {
        SocketAddress address = UnixDomainSocketAddress.of(path);
        return connected(SocketChannel.open(StandardProtocolFamily.UNIX), address, "unix " + path, time);
    }

    /// The far end of what someone else has connected.
    static Flow accepted(SocketChannel channel) {
        return new ChannelFlow(channel, "accepted", Flows.DEFAULT_PATIENCE);
    }

    private static Flow connected(SocketChannel channel, SocketAddress address, String description, Duration time)
            throws IOException {
        ChannelFlow flow = new ChannelFlow(channel, description, time);
        boolean done = false;
        flow.watch.begin(Watch.Side.WRITE);
        try {
            channel.connect(address);
            done = true;
        } catch (IOException e) {
            throw flow.explain(e, "no connection within " + time);
        } finally {
            flow.watch.end(Watch.Side.WRITE);
            if (!done) {
                flow.close();
            }
        }
        flow.patience(Flows.DEFAULT_PATIENCE);
        return flow;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuffer room = ByteBuffer.wrap(target, offset, Math.min(length, LARGEST));
        watch.begin(Watch.Side.READ);
        try {
            return channel.read(room);
        } catch (IOException e) {
            throw explain(e, "nothing came for " + watch.patience());
        } finally {
            watch.end(Watch.Side.READ);
        }
    }

    @Override
    public int poll(byte[] target, int offset, int length) throws IOException {
        channel.configureBlocking(false);
        try {
            return channel.read(ByteBuffer.wrap(target, offset, Math.min(length, LARGEST)));
        } finally {
            channel.configureBlocking(true);
        }
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            ByteBuffer piece = ByteBuffer.wrap(source, offset + done, Math.min(length - done, LARGEST));
            watch.begin(Watch.Side.WRITE);
            try {
                done += channel.write(piece);
            } catch (IOException e) {
                throw explain(e, "the peer took nothing for " + watch.patience());
            } finally {
                watch.end(Watch.Side.WRITE);
            }
        }
    }

    private IOException explain(IOException cause, String timeout) {
        IOException clear = switch (cause) {
            case ClosedByInterruptException _ -> interrupted();
            // A write that had done a part only learns afterwards why it was ended.
            case ClosedChannelException _ when Thread.currentThread().isInterrupted() -> interrupted();
            case ClosedChannelException _
            when watch.hasFired() -> new SocketTimeoutException(description + ": " + timeout);
            case ClosedChannelException _ -> new IOException(description + ": closed");
            case ConnectException e -> new ConnectException(description + ": " + e.getMessage());
            default -> new IOException(description + ": " + reason(cause), cause);
        };
        if (clear.getCause() == null) {
            clear.initCause(cause);
        }
        return clear;
    }

    private InterruptedIOException interrupted() {
        return new InterruptedIOException(description + ": interrupted");
    }

    private static String reason(IOException cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void patience(Duration patience) {
        watch.patience(patience);
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public void close() {
        watch.close();
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + description, e);
        }
    }
}
