package org.pinisi.flow;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// TLS over another flow, driven by the JDK's engine. The reader owns what comes in, a lock guards what
/// goes out: data of the writer, and the engine's own messages, which the reader may cause.
final class TlsFlow implements Flow {
    private static final Logger LOG = LoggerFactory.getLogger(TlsFlow.class);

    /// Several records are read and written at once.
    private static final int BLOCK = 64 << 10;

    /// How long the goodbye may take.
    private static final Duration GOODBYE = Duration.ofMillis(500);

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Flow under;
    private final SSLEngine engine;
    private final String description;
    private final ByteBuffer encrypted;
    private final ByteBuffer plain;
    private final ByteBuffer outgoing;
    private final ReentrantLock output = new ReentrantLock();
    private volatile boolean ownMessageDue;
    private volatile boolean closed;

    private TlsFlow(Flow under, SSLEngine engine, String description) {
        this.under = under;
        this.engine = engine;
        this.description = description;
        int record = engine.getSession().getPacketBufferSize();
        this.encrypted = ByteBuffer.allocate(Math.max(BLOCK, record)).limit(0);
        this.plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize())
                .limit(0);
        this.outgoing = ByteBuffer.allocate(Math.max(BLOCK, 2 * record));
    }

    static TlsFlow connected(Flow under, SSLEngine engine, String description, Duration time) throws IOException {
        TlsFlow flow = new TlsFlow(under, engine, description);
        boolean done = false;
        try {
            flow.shakeHands(time);
            under.patience(Flows.DEFAULT_PATIENCE);
            done = true;
            return flow;
        } catch (SSLException e) {
            flow.sendAlert();
            throw new IOException(description + ": " + reason(e), e);
        } finally {
            if (!done) {
                under.close();
            }
        }
    }

    private static String reason(SSLException failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message;
    }

    private void shakeHands(Duration time) throws IOException {
        long deadline = System.nanoTime() + time.toNanos();
        engine.beginHandshake();
        HandshakeStatus status = engine.getHandshakeStatus();
        while (status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED) {
            under.patience(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            status = switch (status) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> sendOwnMessage();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> receive();
                case FINISHED, NOT_HANDSHAKING -> status;
            };
        }
    }

    private HandshakeStatus runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
        return engine.getHandshakeStatus();
    }

    private HandshakeStatus sendOwnMessage() throws IOException {
        output.lock();
        try {
            SSLEngineResult result = engine.wrap(NOTHING, outgoing.clear());
            flush();
            return result.getHandshakeStatus();
        } finally {
            output.unlock();
        }
    }

    private HandshakeStatus receive() throws IOException {
        SSLEngineResult result = unwrap(plain.clear());
        plain.flip();
        if (result.getStatus() == Status.BUFFER_UNDERFLOW) {
            fill(false);
        }
        if (result.getStatus() == Status.CLOSED) {
            throw new SSLException("the server ended the connection during the handshake");
        }
        return result.getHandshakeStatus() == HandshakeStatus.FINISHED
                ? HandshakeStatus.FINISHED
                : engine.getHandshakeStatus();
    }

    private SSLEngineResult unwrap(ByteBuffer target) throws SSLException {
        return engine.unwrap(encrypted, target);
    }

    /// Gets more of what comes in.
    ///
    /// @return how many bytes; 0 if it may not wait and nothing came
    private int fill(boolean nowOnly) throws IOException {
        encrypted.compact();
        try {
            int room = encrypted.remaining();
            int count = nowOnly
                    ? under.poll(encrypted.array(), encrypted.position(), room)
                    : under.read(encrypted.array(), encrypted.position(), room);
            if (count < 0) {
                throw new EOFException(description + ": cut off without a goodbye (close_notify)");
            }
            encrypted.position(encrypted.position() + count);
            return count;
        } finally {
            encrypted.flip();
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return length == 0 ? 0 : take(target, offset, length, false);
    }

    @Override
    public int poll(byte[] target, int offset, int length) throws IOException {
        return take(target, offset, length, true);
    }

    private int take(byte[] target, int offset, int length, boolean nowOnly) throws IOException {
        while (!plain.hasRemaining()) {
            checkOpen();
            boolean direct = length >= plain.capacity();
            ByteBuffer room = direct ? ByteBuffer.wrap(target, offset, length) : plain.clear();
            SSLEngineResult result;
            try {
                result = unwrap(room);
            } catch (SSLException e) {
                close();
                throw new IOException(description + ": " + reason(e), e);
            } finally {
                if (!direct) {
                    plain.flip();
                }
            }
            if (result.getStatus() == Status.CLOSED) {
                return -1;
            }
            answerPeer(result.getHandshakeStatus());
            if (direct && result.bytesProduced() > 0) {
                return result.bytesProduced();
            }
            if (result.getStatus() == Status.BUFFER_UNDERFLOW && fill(nowOnly) == 0) {
                return 0;
            }
        }
        int count = Math.min(length, plain.remaining());
        plain.get(target, offset, count);
        return count;
    }

    /// What the peer said may want an answer: a new key, say.
    private void answerPeer(HandshakeStatus status) throws IOException {
        if (status == HandshakeStatus.NEED_TASK) {
            answerPeer(runTasks());
        }
        if (status == HandshakeStatus.NEED_WRAP) {
            ownMessageDue = true;
            sendDueMessage();
        }
    }

    /// Whoever holds the lock sends it; a reader never waits for a writer who waits for the peer.
    private void sendDueMessage() throws IOException {
        while (ownMessageDue && output.tryLock()) {
            try {
                ownMessageDue = false;
                engine.wrap(NOTHING, outgoing.clear());
                flush();
            } finally {
                output.unlock();
            }
        }
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(source, offset, length);
        output.lock();
        try {
            outgoing.clear();
            while (left.hasRemaining()) {
                checkOpen();
                SSLEngineResult result = engine.wrap(left, outgoing);
                if (result.getStatus() == Status.CLOSED) {
                    throw new IOException(description + ": the output was shut down");
                }
                if (result.getStatus() == Status.BUFFER_OVERFLOW) {
                    flush();
                    outgoing.clear();
                }
                if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                    runTasks();
                }
            }
            flush();
        } catch (SSLException e) {
            close();
            throw new IOException(description + ": " + reason(e), e);
        } finally {
            output.unlock();
        }
        sendDueMessage();
    }

    private void flush() throws IOException {
        if (outgoing.position() > 0) {
            under.write(outgoing.array(), 0, outgoing.position());
        }
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException(description + ": closed");
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        output.lock();
        try {
            sayGoodbye();
        } finally {
            output.unlock();
        }
    }

    private void sayGoodbye() throws IOException {
        engine.closeOutbound();
        outgoing.clear();
        while (!engine.isOutboundDone() && engine.wrap(NOTHING, outgoing).bytesProduced() > 0) {
            // Until all of it is in the buffer.
        }
        flush();
    }

    private void sendAlert() {
        try {
            under.patience(GOODBYE);
            sayGoodbye();
        } catch (IOException e) {
            LOG.debug("event=alert-failed flow=\"{}\" reason=\"{}\"", description, e.toString());
        }
    }

    @Override
    public void patience(Duration patience) {
        under.patience(patience);
    }

    @Override
    public String description() {
        return description;
    }

    Flow under() {
        return under;
    }

    String applicationProtocol() {
        String chosen = engine.getApplicationProtocol();
        return chosen == null ? "" : chosen;
    }

    String version() {
        return engine.getSession().getProtocol();
    }

    List<X509Certificate> certificates() throws IOException {
        return Arrays.stream(engine.getSession().getPeerCertificates())
                .map(X509Certificate.class::cast)
                .toList();
    }

    /// Says goodbye if nobody is writing, briefly, and closes what is below.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (output.tryLock()) {
                try {
                    under.patience(GOODBYE);
                    sayGoodbye();
                } finally {
                    output.unlock();
                }
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("event=goodbye-failed flow=\"{}\" reason=\"{}\"", description, e.toString());
        } finally {
            under.close();
        }
    }
}
