package org.pinisi.git;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.future.CloseFuture;
import org.apache.sshd.common.io.AbstractIoWriteFuture;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoService;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.common.util.closeable.AbstractCloseable;
import org.jspecify.annotations.Nullable;
import org.pinisi.flow.Flow;

/// A flow as MINA's connection. One virtual thread reads and hands over what came, another writes: MINA
/// writes from the reading thread too, which must not wait for the peer to read.
final class SshSession extends AbstractCloseable implements IoSession {
    private static final int BUFFER = 32 * 1024;

    /// SSH's own windows bound what is under way; this is for a peer that has us answer without end.
    private static final int MOST_WAITING = 4096;

    private final Flow flow;
    private final IoService service;
    private final IoHandler handler;
    private final SocketAddress address;
    private final Map<Object, Object> attributes = new ConcurrentHashMap<>();
    private final BlockingQueue<Piece> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private volatile @Nullable Thread writer;

    SshSession(Flow flow, IoService service, IoHandler handler, SocketAddress address) {
        super("");
        this.flow = flow;
        this.service = service;
        this.handler = handler;
        this.address = address;
    }

    private static final class Piece extends AbstractIoWriteFuture {
        private final byte[] bytes;

        Piece(byte[] bytes) {
            super("ssh-write", null);
            this.bytes = bytes;
        }

        void done(Object result) {
            setValue(result);
        }
    }

    void start() {
        writer = Thread.ofVirtual().name("ssh-writer").start(this::write);
        Thread.ofVirtual().name("ssh-reader").start(this::read);
    }

    /// Why the connection broke, if it did.
    @Nullable
    IOException failure() {
        return failure.get();
    }

    private void read() {
        byte[] block = new byte[BUFFER];
        try {
            for (int count = flow.read(block, 0, block.length); count >= 0; count = flow.read(block, 0, block.length)) {
                handler.messageReceived(this, new ByteArrayBuffer(block, 0, count));
            }
        } catch (IOException broken) {
            broke(broken);
        } catch (Exception unwanted) {
            tell(unwanted);
        }
        close(true);
    }

    private void write() {
        try {
            while (!isClosed()) {
                Piece piece = waiting.take();
                try {
                    flow.write(piece.bytes, 0, piece.bytes.length);
                    piece.done(true);
                } catch (IOException broken) {
                    piece.done(broken);
                    broke(broken);
                    close(true);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void broke(IOException broken) {
        if (!isClosing()) {
            failure.compareAndSet(null, broken);
            tell(broken);
        }
    }

    private void tell(Exception trouble) {
        try {
            handler.exceptionCaught(this, trouble);
        } catch (Exception further) {
            log.debug("event=ssh_trouble_not_told", further);
        }
    }

    @Override
    public IoWriteFuture writeBuffer(Buffer buffer) {
        Piece piece = new Piece(buffer.getCompactData());
        if (isClosing() || !waiting.offer(piece)) {
            piece.done(new ClosedChannelException());
        }
        return piece;
    }

    @Override
    protected CloseFuture doCloseGracefully() {
        // What is last written says why we go; it must get out.
        Piece last = waiting.peek();
        return last == null
                ? super.doCloseGracefully()
                : builder().when("ssh-last-words", List.copyOf(waiting)).build().close(false);
    }

    @Override
    protected void doCloseImmediately() {
        flow.close();
        Thread writing = writer;
        if (writing != null) {
            writing.interrupt();
        }
        for (Piece piece = waiting.poll(); piece != null; piece = waiting.poll()) {
            piece.done(new ClosedChannelException());
        }
        super.doCloseImmediately();
        try {
            handler.sessionClosed(this);
        } catch (Exception further) {
            log.debug("event=ssh_end_not_told", further);
        }
    }

    @Override
    public long getId() {
        return 1;
    }

    @Override
    public @Nullable SocketAddress getAcceptanceAddress() {
        return null;
    }

    @Override
    public @Nullable Object getAttribute(Object key) {
        return attributes.get(key);
    }

    @Override
    public @Nullable Object setAttribute(Object key, Object value) {
        return attributes.put(key, value);
    }

    @Override
    public @Nullable Object setAttributeIfAbsent(Object key, Object value) {
        return attributes.putIfAbsent(key, value);
    }

    @Override
    public @Nullable Object removeAttribute(Object key) {
        return attributes.remove(key);
    }

    @Override
    public SocketAddress getRemoteAddress() {
        return address;
    }

    @Override
    public SocketAddress getLocalAddress() {
        return address;
    }

    @Override
    public IoService getService() {
        return service;
    }

    @Override
    public void shutdownOutputStream() throws IOException {
        flow.shutdownOutput();
    }

    @Override
    public void suspendRead() {
        // Only port forwarding asks for it, of which there is none.
    }

    @Override
    public void resumeRead() {
        // As above.
    }
}
