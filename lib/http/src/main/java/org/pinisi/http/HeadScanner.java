package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads a head byte by byte, once: a state machine that stops wherever the bytes end and goes on from there.
/// It knows lines and tokens; what they mean together is for the rules.
final class HeadScanner {
    private static final int BLOCK = 1024;
    private static final int LONGEST_METHOD = 32;
    static final int INTS = 4;
    private static final byte[] PROTOCOL = "HTTP/".getBytes(StandardCharsets.US_ASCII);
    static final KnownField[] KINDS = KnownField.values();

    private enum State {
        METHOD,
        TARGET,
        VERSION,
        STATUS_LINE,
        REASON,
        START_LINE_END,
        FIELD,
        NAME,
        BEFORE_VALUE,
        VALUE,
        VALUE_END,
        HEAD_END,
        COMPLETE
    }

    private final HttpLimits limits;
    private final boolean request;
    final int[] first = new int[KINDS.length];

    byte[] bytes = new byte[BLOCK];
    int[] offsets = new int[16 * INTS];
    byte[] kinds = new byte[16];
    private State state;
    int copied;
    int position;
    int count;
    private boolean emptyLineSkipped;

    int methodEnd;
    int targetEnd;
    int versionStart;
    int fieldsStart;
    int fieldsEnd;
    int status;
    int reasonStart;
    int reasonEnd;
    int queryStart;
    int minorVersion;

    HeadScanner(HttpLimits limits, boolean request) {
        this.limits = limits;
        this.request = request;
        this.state = request ? State.METHOD : State.STATUS_LINE;
        Arrays.fill(first, -1);
    }

    void reset() {
        for (int i = 0; i < count; i++) {
            first[kinds[i]] = -1;
        }
        state = request ? State.METHOD : State.STATUS_LINE;
        copied = 0;
        position = 0;
        count = 0;
        emptyLineSkipped = false;
        versionStart = 0;
        status = 0;
        queryStart = -1;
    }

    boolean isComplete() {
        return state == State.COMPLETE;
    }

    /// Goes on with what the buffer holds; returns whether the head is complete.
    boolean scan(ByteBuf in) {
        if (state == State.COMPLETE) {
            return true;
        }
        if (copied == 0 && request && !emptyLineSkipped && !skipEmptyLine(in)) {
            return false;
        }
        int available = in.readableBytes();
        while (state != State.COMPLETE) {
            if (position == copied && !copyMore(in, available)) {
                return false;
            }
            step();
        }
        return true;
    }

    private boolean skipEmptyLine(ByteBuf in) {
        if (!in.isReadable()) {
            return false;
        }
        if (in.getByte(in.readerIndex()) != '\r') {
            emptyLineSkipped = true;
            return true;
        }
        if (in.readableBytes() < 2) {
            return false;
        }
        if (in.getByte(in.readerIndex() + 1) != '\n') {
            throw Head.bad("a request starts with a carriage return without line feed");
        }
        in.skipBytes(2);
        emptyLineSkipped = true;
        return true;
    }

    private boolean copyMore(ByteBuf in, int available) {
        if (copied >= available) {
            return false;
        }
        if (copied == limits.headBytes()) {
            throw new HttpException(431, "the head is longer than " + limits.headBytes() + " bytes");
        }
        int block = Math.min(Math.min(available, limits.headBytes()) - copied, BLOCK);
        if (copied + block > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.min(Math.max(bytes.length * 2, copied + block), limits.headBytes()));
        }
        in.getBytes(in.readerIndex() + copied, bytes, copied, block);
        copied += block;
        return true;
    }

    private void step() {
        switch (state) {
            case METHOD -> method();
            case TARGET -> target();
            case VERSION -> version();
            case STATUS_LINE -> statusLine();
            case REASON -> reason();
            case START_LINE_END -> lineFeed(State.FIELD);
            case FIELD -> field();
            case NAME -> name();
            case BEFORE_VALUE -> beforeValue();
            case VALUE -> value();
            case VALUE_END -> lineFeed(State.FIELD);
            case HEAD_END -> headEnd();
            case COMPLETE -> throw new IllegalStateException("the head is complete; reset() starts the next one");
        }
    }

    private void method() {
        int p = position;
        while (p < copied && Ascii.isToken(bytes[p])) {
            p++;
        }
        position = p;
        if (p > LONGEST_METHOD) {
            throw new HttpException(501, "the method is longer than " + LONGEST_METHOD + " characters");
        }
        if (p == copied) {
            return;
        }
        if (p == 0 || bytes[p] != ' ') {
            throw Head.bad(
                    "the request line holds " + Ascii.show(bytes[p]) + " where a method and one space are expected");
        }
        methodEnd = p;
        position = p + 1;
        state = State.TARGET;
    }

    private void target() {
        int p = position;
        while (p < copied && Ascii.isTarget(bytes[p])) {
            if (bytes[p] == '?' && queryStart < 0) {
                queryStart = p + 1;
            }
            p++;
        }
        position = p;
        if (p - methodEnd + 1 > limits.targetBytes()) {
            throw new HttpException(414, "the request target is longer than " + limits.targetBytes() + " bytes");
        }
        if (p == copied) {
            return;
        }
        if (p == methodEnd + 1 || bytes[p] != ' ') {
            throw Head.bad("the request target holds " + Ascii.show(bytes[p])
                    + " (expected: visible ASCII without '#', then one space and the version)");
        }
        targetEnd = p;
        versionStart = p + 1;
        position = p + 1;
        state = State.VERSION;
    }

    private void version() {
        while (position < copied && position - versionStart < 8) {
            versionByte(position - versionStart, bytes[position]);
            position++;
        }
        if (position == copied) {
            return;
        }
        if (bytes[position] != '\r') {
            throw Head.bad("the request line goes on after the version with " + Ascii.show(bytes[position])
                    + " (expected: carriage return and line feed)");
        }
        position++;
        state = State.START_LINE_END;
    }

    private void versionByte(int index, byte b) {
        boolean expected = index < PROTOCOL.length ? b == PROTOCOL[index] : index == 6 ? b == '.' : Ascii.isDigit(b);
        if (!expected) {
            throw Head.bad("the start line holds " + Ascii.show(b) + " where HTTP/1.1 or HTTP/1.0 is expected");
        }
        if (index == 5 && b != '1') {
            throw new HttpException(505, "HTTP version " + (char) b + " (expected: HTTP/1.1 or HTTP/1.0)");
        }
        if (index == 7) {
            minorVersion = b - '0';
            if (minorVersion > 1) {
                throw new HttpException(505, "HTTP version 1." + minorVersion + " (expected: HTTP/1.1 or HTTP/1.0)");
            }
        }
    }

    /// `HTTP/1.1 200 OK`; the space after the code may be missing, as many servers leave it out with the
    /// reason.
    private void statusLine() {
        while (position < copied) {
            byte b = bytes[position];
            if (position < 8) {
                versionByte(position, b);
            } else if (position == 8 ? b != ' ' : position < 12 && !Ascii.isDigit(b)) {
                throw Head.bad(
                        "the status line holds " + Ascii.show(b) + " where a space and three digits are expected");
            } else if (position > 8 && position < 12) {
                status = status * 10 + b - '0';
            } else if (position == 12) {
                endStatus(b);
                return;
            }
            position++;
        }
    }

    private void endStatus(byte b) {
        if (status < 100 || status > 599 || (b != ' ' && b != '\r')) {
            throw Head.bad("the status line holds the code " + status + " followed by " + Ascii.show(b)
                    + " (expected: 100 to 599 and a space)");
        }
        reasonStart = b == ' ' ? position + 1 : position;
        position = reasonStart;
        state = State.REASON;
    }

    private void reason() {
        if (!untilCarriageReturn("the reason phrase")) {
            return;
        }
        reasonEnd = position - 1;
        state = State.START_LINE_END;
    }

    private void lineFeed(State next) {
        if (bytes[position] != '\n') {
            throw Head.bad("a carriage return without line feed");
        }
        position++;
        if (state == State.START_LINE_END) {
            fieldsStart = position;
        }
        state = next;
    }

    private void field() {
        byte b = bytes[position];
        if (b == '\r') {
            fieldsEnd = position++;
            state = State.HEAD_END;
            return;
        }
        if (Ascii.isBlank(b)) {
            throw Head.bad(count == 0 ? "a space before the first field" : "a folded field line");
        }
        if (count == limits.fields()) {
            throw new HttpException(431, "more than " + limits.fields() + " fields");
        }
        if (count == kinds.length) {
            kinds = Arrays.copyOf(kinds, count * 2);
            offsets = Arrays.copyOf(offsets, count * 2 * INTS);
        }
        offsets[count * INTS] = position;
        state = State.NAME;
    }

    private void name() {
        int p = position;
        while (p < copied && Ascii.isToken(bytes[p])) {
            p++;
        }
        position = p;
        if (p == copied) {
            return;
        }
        int start = offsets[count * INTS];
        if (bytes[p] != ':' || p == start) {
            throw Head.bad(
                    "a field line holds " + Ascii.show(bytes[p]) + " where a name and directly a colon are expected");
        }
        offsets[count * INTS + 1] = p;
        KnownField kind = KnownField.of(bytes, start, p);
        kinds[count] = (byte) kind.slot();
        position = p + 1;
        state = State.BEFORE_VALUE;
    }

    private void beforeValue() {
        while (position < copied && Ascii.isBlank(bytes[position])) {
            position++;
        }
        if (position < copied) {
            offsets[count * INTS + 2] = position;
            state = State.VALUE;
        }
    }

    private void value() {
        if (!untilCarriageReturn("a field value")) {
            return;
        }
        int start = offsets[count * INTS + 2];
        int end = position - 1;
        while (end > start && Ascii.isBlank(bytes[end - 1])) {
            end--;
        }
        offsets[count * INTS + 3] = end;
        int kind = kinds[count];
        if (first[kind] < 0) {
            first[kind] = count;
        } else if (kind == KnownField.HOST.slot()
                || kind == KnownField.CONTENT_LENGTH.slot()
                || kind == KnownField.TRANSFER_ENCODING.slot()) {
            count++;
            throw Head.bad("more than one " + KINDS[kind].text() + " field");
        }
        count++;
        state = State.VALUE_END;
    }

    /// Moves past the next carriage return; false if there is none yet.
    private boolean untilCarriageReturn(String where) {
        int p = Ascii.skipValue(bytes, position, copied);
        while (p < copied && Ascii.isValue(bytes[p])) {
            p++;
        }
        position = p;
        if (p == copied) {
            return false;
        }
        if (bytes[p] != '\r') {
            throw Head.bad(where + " holds the control character " + Ascii.show(bytes[p]));
        }
        position = p + 1;
        return true;
    }

    private void headEnd() {
        if (bytes[position] != '\n') {
            throw Head.bad("a carriage return without line feed");
        }
        position++;
        state = State.COMPLETE;
    }
}
