package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Messages in both directions (RFC 6455), over HTTP/1.1 or HTTP/2, at either end. Blocking; one thread
/// may receive while others send. Pings are answered while someone receives. Extensions are not used.
public final class WebSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocket.class);
    private static final byte[] NO_MASK = {};

    /// What still comes after closing is taken so far.
    private static final int MOST_LATE = 1_000;

    /// What is received.
    public sealed interface Message {
        record Text(String text) implements Message {}

        /// The bytes are the receiver's.
        @SuppressWarnings("ArrayRecordComponent") // given away, never compared
        record Binary(byte[] bytes) implements Message {}
    }

    /// How the peer closed.
    ///
    /// @param code 1000 for normally; 1005 if it gave none
    public record Closing(int code, String reason) {}

    private final WebSocketReader reader;
    private final OutputStream out;
    private final @Nullable RandomGenerator masks;
    private final String subprotocol;
    private final Hangup hangup;
    private final ReentrantLock sending = new ReentrantLock();
    private final ReentrantLock receiving = new ReentrantLock();
    private boolean closeSent;
    private volatile @Nullable Closing closing;

    /// With a source of masks it is a client, without a server. `hangup` ends the connection.
    WebSocket(
            InputStream in,
            OutputStream out,
            @Nullable RandomGenerator masks,
            String subprotocol,
            WebSocketLimits limits,
            Hangup hangup) {
        this.reader = new WebSocketReader(in, masks == null, limits);
        this.out = out;
        this.masks = masks;
        this.subprotocol = subprotocol;
        this.hangup = hangup;
    }

    /// Answers a request that asks for a WebSocket, so that the handler talks to the client.
    ///
    /// The answer is 400 or 426 if the request asks for none or wrongly, and 403 if a browser asks on
    /// behalf of another site than this one (the Origin field's host is not the Host field's), since
    /// browsers send cookies along with that.
    public static Response accept(Request request, WebSocketLimits limits, WebSocketHandler handler) {
        return accept(request, limits, List.of(), handler);
    }

    /// The same, choosing the first of our subprotocols that the client offers; none if it offers none of
    /// them.
    public static Response accept(
            Request request, WebSocketLimits limits, List<String> subprotocols, WebSocketHandler handler) {
        return WebSocketHandshake.accept(request, limits, subprotocols, handler);
    }

    /// What both agreed on; empty if nothing.
    public String subprotocol() {
        return subprotocol;
    }

    /// The next message; empty when the socket is closed, which [#closing()] tells about.
    ///
    /// @throws IOException if the peer breaks off, breaks the rules or exceeds a limit; the socket is
    ///     closed then
    public Optional<Message> receive() throws IOException {
        receiving.lock();
        try {
            while (closing == null) {
                WebSocketReader.Piece piece = reader.next();
                switch (piece.kind()) {
                    case WebSocketFrame.TEXT -> {
                        byte[] bytes = piece.payload();
                        return Optional.of(new Message.Text(WebSocketFrame.text(bytes, 0, bytes.length)));
                    }
                    case WebSocketFrame.BINARY -> {
                        return Optional.of(new Message.Binary(piece.payload()));
                    }
                    case WebSocketFrame.PING -> send(WebSocketFrame.PONG, piece.payload());
                    case WebSocketFrame.CLOSE -> closed(piece.payload());
                    default -> LOG.trace("event=websocket-pong");
                }
            }
            return Optional.empty();
        } catch (WebSocketException e) {
            sendClose(e.code(), "");
            hangup.end();
            throw e;
        } catch (IOException e) {
            hangup.end();
            throw e instanceof EOFException
                    ? new EOFException("the peer of a WebSocket has gone without closing it")
                    : e;
        } finally {
            receiving.unlock();
        }
    }

    private void closed(byte[] payload) throws IOException {
        if (payload.length == 1) {
            throw new WebSocketException(WebSocketFrame.PROTOCOL_ERROR, "a closing code of one byte");
        }
        int code = payload.length == 0
                ? WebSocketFrame.NO_CODE
                : ByteBuffer.wrap(payload).getShort() & 0xffff;
        if (payload.length > 0 && !WebSocketFrame.isCode(code)) {
            throw new WebSocketException(WebSocketFrame.PROTOCOL_ERROR, "the closing code " + code);
        }
        String reason = payload.length == 0 ? "" : WebSocketFrame.text(payload, 2, payload.length - 2);
        closing = new Closing(code, reason);
        sendClose(code == WebSocketFrame.NO_CODE ? WebSocketFrame.NORMAL : code, "");
    }

    /// How the peer closed; empty as long as it has not.
    public Optional<Closing> closing() {
        return Optional.ofNullable(closing);
    }

    public void send(String text) throws IOException {
        send(WebSocketFrame.TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    public void send(byte[] bytes) throws IOException {
        send(WebSocketFrame.BINARY, bytes);
    }

    /// Asks the peer for a sign of life, at most 125 bytes; the sign comes to nobody, but it is something
    /// received.
    public void ping(byte[] bytes) throws IOException {
        if (bytes.length > WebSocketFrame.LONGEST_CONTROL) {
            throw new IllegalArgumentException("ping: " + bytes.length + " bytes (expected: at most 125)");
        }
        send(WebSocketFrame.PING, bytes);
    }

    private void send(int kind, byte[] payload) throws IOException {
        requireNonNull(payload, "payload");
        sending.lock();
        try {
            if (closeSent) {
                if (WebSocketFrame.isControl(kind)) {
                    return;
                }
                throw new IOException("the WebSocket is closed");
            }
            closeSent = kind == WebSocketFrame.CLOSE;
            out.write(WebSocketFrame.of(kind, true, payload, mask()));
            out.flush();
        } finally {
            sending.unlock();
        }
    }

    private byte[] mask() {
        if (masks == null) {
            return NO_MASK;
        }
        byte[] mask = new byte[4];
        masks.nextBytes(mask);
        return mask;
    }

    /// Says that nothing more will be sent. Whoever receives goes on until the peer says so too.
    ///
    /// @param code 1000 for normally, 3000 to 4999 for what both agreed on
    /// @param reason at most 123 bytes of UTF-8, for people
    public void close(int code, String reason) throws IOException {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        if (!WebSocketFrame.isCode(code) || text.length > WebSocketFrame.LONGEST_CONTROL - 2) {
            throw new IllegalArgumentException("closing: code " + code + ", reason of " + text.length
                    + " bytes (expected: 1000 to 1014 or 3000 to 4999, at most 123 bytes)");
        }
        byte[] payload = new byte[2 + text.length];
        ByteBuffer.wrap(payload).putShort((short) code).put(text);
        send(WebSocketFrame.CLOSE, payload);
    }

    private void sendClose(int code, String reason) {
        try {
            close(code, reason);
        } catch (IOException e) {
            LOG.debug("event=websocket-close-failed reason=\"{}\"", e.toString());
        }
    }

    /// Closes normally: says so, takes what still comes until the peer says so too (if nobody else
    /// receives), and ends the connection.
    @Override
    public void close() {
        close(WebSocketFrame.NORMAL);
    }

    void close(int code) {
        sendClose(code, "");
        try {
            if (receiving.tryLock()) {
                try {
                    hangup.hurry();
                    int late = 0;
                    while (late < MOST_LATE && receive().isPresent()) {
                        late++;
                    }
                } finally {
                    receiving.unlock();
                }
            }
        } catch (IOException e) {
            LOG.debug("event=websocket-not-closed-by-peer reason=\"{}\"", e.toString());
        } finally {
            hangup.end();
        }
    }
}
