package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Follows a body's framing through the buffers as they come, copying nothing. One object serves a whole
/// connection.
///
/// Two ways to use it, not to be mixed within one body:
/// - **raw**, for a proxy: [#advance(ByteBuf)] says how many of the readable bytes belong to this body as
///   it stands on the wire, chunk heads included; pass exactly those on. When [#areTrailersNext()] says so,
///   read the rest with `decode`: trailers are never passed on unseen;
/// - **decoded**, for a server: [#decode(ByteBuf)] takes bytes and yields retained slices of the content.
///
/// Chunk heads are parsed strictly (RFC 9112, section 7.1): no sign, no blank, no bare line feed, at most
/// fifteen digits; extensions and trailers are bounded by [HttpLimits] and checked for control
/// characters. Trailers are validated and kept until the next body starts. Not thread-safe.
public final class BodyDecoder {
    private static final int MOST_DIGITS = 15;

    private enum State {
        DATA,
        SIZE,
        EXTENSION,
        SIZE_LINE_FEED,
        DATA_CARRIAGE_RETURN,
        DATA_LINE_FEED,
        TRAILER_START,
        TRAILER_NAME,
        TRAILER_VALUE,
        TRAILER_LINE_FEED,
        END_LINE_FEED,
        COMPLETE
    }

    private final int extensionLimit;
    private final int trailerLimit;
    private final long bodyLimit;
    private Framing framing = Framing.NONE;
    private State state = State.COMPLETE;
    private long remaining;
    private long received;
    private int digits;
    private int extension;
    private int trailer;
    private boolean trailersNext;
    private @Nullable StringBuilder trailerText;

    public BodyDecoder(HttpLimits limits) {
        this.extensionLimit = limits.chunkExtensionBytes();
        this.trailerLimit = limits.trailerBytes();
        this.bodyLimit = limits.bodyBytes();
    }

    /// Begins the body that follows this complete head.
    ///
    /// @throws HttpException 413 if the announced length is beyond the limit
    public void start(Head head) {
        start(head.framing(), head.contentLength());
    }

    /// Begins a body; `length` matters only for LENGTH.
    public void start(Framing newFraming, long length) {
        framing = newFraming;
        received = 0;
        trailer = 0;
        trailersNext = false;
        trailerText = null;
        remaining = 0;
        switch (newFraming) {
            case NONE -> state = State.COMPLETE;
            case LENGTH -> {
                checkSize(length);
                remaining = length;
                state = length == 0 ? State.COMPLETE : State.DATA;
            }
            case CHUNKED -> startChunk();
            case UNTIL_CLOSE -> {
                remaining = Long.MAX_VALUE;
                state = State.DATA;
            }
        }
    }

    /// Whether the body has ended.
    public boolean isComplete() {
        return state == State.COMPLETE;
    }

    /// The fields behind a chunked body; none before its end. Those that describe the message itself have
    /// no place there and are left out (RFC 9110, section 6.5.1).
    public Fields trailers() {
        if (trailerText == null || state != State.COMPLETE) {
            return Fields.empty();
        }
        Fields fields = Fields.empty();
        for (String line : trailerText.toString().split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && isTrailer(line.substring(0, colon))) {
                fields = fields.with(
                        line.substring(0, colon), line.substring(colon + 1).strip());
            }
        }
        return fields;
    }

    static boolean isTrailer(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "transfer-encoding",
                    "content-length",
                    "host",
                    "authorization",
                    "content-encoding",
                    "content-type",
                    "content-range",
                    "trailer",
                    "set-cookie",
                    "connection" -> false;
            default -> true;
        };
    }

    /// The bytes of content seen so far.
    public long received() {
        return received;
    }

    /// For LENGTH: how many bytes are still to come. For CHUNKED: of the present chunk.
    public long remaining() {
        return remaining;
    }

    /// Raw use: looks at the readable bytes without taking them.
    ///
    /// @return how many of them, from the reader index on, belong to this body; the caller takes exactly
    ///     these before the next call. Fewer than readable only if the body is complete or trailers are next.
    /// @throws HttpException if the framing is malformed or beyond a limit
    public int advance(ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        int p = start;
        while (p < end && state != State.COMPLETE && !trailersNext) {
            if (state == State.DATA) {
                p += take(end - p);
            } else if (state == State.TRAILER_START && in.getByte(p) != '\r') {
                trailersNext = true;
            } else {
                control(in.getByte(p++));
            }
        }
        return p - start;
    }

    /// Raw use: whether the last chunk has passed and trailers follow, or have followed, which [#decode]
    /// reads up to the body's end.
    public boolean areTrailersNext() {
        return trailersNext;
    }

    /// Takes bytes of the body from the buffer without looking at its content.
    public void skip(ByteBuf in) {
        while (in.isReadable() && state != State.COMPLETE) {
            decode(in).release();
        }
    }

    /// Decoded use: takes bytes from the buffer up to the end of the next piece of content.
    ///
    /// @return a retained slice that the caller releases; empty if there is no content in what was
    ///     readable or the body is complete (see [#isComplete()]). Call again while the buffer is
    ///     readable and the body not complete.
    /// @throws HttpException if the framing is malformed or beyond a limit
    public ByteBuf decode(ByteBuf in) {
        while (in.isReadable() && state != State.COMPLETE) {
            if (state == State.DATA) {
                return in.readRetainedSlice(take(in.readableBytes()));
            }
            control(in.readByte());
        }
        return Unpooled.EMPTY_BUFFER;
    }

    /// The peer has closed its side.
    ///
    /// @throws HttpException 400 if the body was not complete
    public void endOfInput() {
        if (framing == Framing.UNTIL_CLOSE) {
            state = State.COMPLETE;
        }
        if (state != State.COMPLETE) {
            throw Head.bad("the connection ended after " + received + " bytes of a body that is not complete");
        }
    }

    private int take(int available) {
        int taken = (int) Math.min(available, remaining);
        received += taken;
        if (framing == Framing.UNTIL_CLOSE) {
            checkSize(received);
            return taken;
        }
        remaining -= taken;
        if (remaining == 0) {
            state = framing == Framing.LENGTH ? State.COMPLETE : State.DATA_CARRIAGE_RETURN;
        }
        return taken;
    }

    private void control(byte b) {
        switch (state) {
            case SIZE -> size(b);
            case EXTENSION -> extension(b);
            case SIZE_LINE_FEED -> endSize(b);
            case DATA_CARRIAGE_RETURN -> state = expect(b, '\r', State.DATA_LINE_FEED);
            case DATA_LINE_FEED -> {
                expect(b, '\n', State.SIZE);
                startChunk();
            }
            case TRAILER_START, TRAILER_NAME, TRAILER_VALUE, TRAILER_LINE_FEED, END_LINE_FEED -> trailer(b);
            case DATA, COMPLETE -> throw new IllegalStateException("no control byte in state " + state);
        }
    }

    private void startChunk() {
        state = State.SIZE;
        remaining = 0;
        digits = 0;
        extension = 0;
    }

    private void size(byte b) {
        int digit = Ascii.hex(b);
        if (digit >= 0) {
            if (++digits > MOST_DIGITS) {
                throw Head.bad("a chunk size of more than " + MOST_DIGITS + " digits");
            }
            remaining = remaining * 16 + digit;
            return;
        }
        if (digits == 0 || (b != '\r' && b != ';')) {
            throw Head.bad("a chunk size holds " + Ascii.show(b) + " (expected: hexadecimal digits, then ; or CR LF)");
        }
        checkSize(received + remaining);
        state = b == '\r' ? State.SIZE_LINE_FEED : State.EXTENSION;
    }

    private void extension(byte b) {
        if (b == '\r') {
            state = State.SIZE_LINE_FEED;
            return;
        }
        if (++extension > extensionLimit) {
            throw Head.bad("a chunk extension longer than " + extensionLimit + " bytes");
        }
        if (!Ascii.isValue(b)) {
            throw Head.bad("a chunk extension holds the control character " + Ascii.show(b));
        }
    }

    private void endSize(byte b) {
        state = expect(b, '\n', remaining == 0 ? State.TRAILER_START : State.DATA);
    }

    private void trailer(byte b) {
        if (++trailer > trailerLimit) {
            throw new HttpException(431, "the trailers are longer than " + trailerLimit + " bytes");
        }
        keep(b);
        switch (state) {
            case TRAILER_START -> {
                if (b != '\r' && !Ascii.isToken(b)) {
                    throw Head.bad("a trailer starts with " + Ascii.show(b) + " (expected: a name)");
                }
                state = b == '\r' ? State.END_LINE_FEED : State.TRAILER_NAME;
            }
            case TRAILER_NAME -> {
                if (b == ':') {
                    state = State.TRAILER_VALUE;
                } else if (!Ascii.isToken(b)) {
                    throw Head.bad("a trailer's name holds " + Ascii.show(b));
                }
            }
            case TRAILER_VALUE -> {
                if (b == '\r') {
                    state = State.TRAILER_LINE_FEED;
                } else if (!Ascii.isValue(b)) {
                    throw Head.bad("a trailer holds the control character " + Ascii.show(b));
                }
            }
            case TRAILER_LINE_FEED -> state = expect(b, '\n', State.TRAILER_START);
            default -> state = expect(b, '\n', State.COMPLETE);
        }
    }

    private void keep(byte b) {
        if (trailerText == null) {
            if (b == '\r' || b == '\n') {
                // The body ends without any.
                return;
            }
            trailerText = new StringBuilder(64);
        }
        trailerText.append((char) (b & 0xff));
    }

    private static State expect(byte b, char wanted, State next) {
        if (b != wanted) {
            throw Head.bad("a chunked body holds " + Ascii.show(b) + " where "
                    + (wanted == '\r' ? "a carriage return" : "a line feed") + " is expected");
        }
        return next;
    }

    private void checkSize(long size) {
        if (size > bodyLimit || size < 0) {
            throw new HttpException(413, "the body is larger than " + bodyLimit + " bytes");
        }
    }

    /// The chunk head for a piece of `length` bytes, its line feed included.
    static byte[] chunkHead(int length) {
        return (Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
