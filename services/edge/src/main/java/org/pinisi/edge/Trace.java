package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.random.RandomGenerator;
import org.pinisi.http.Head;
import org.pinisi.http.KnownField;

/// What becomes of the fields that follow a request through many programs: `traceparent` and `tracestate`
/// (W3C Trace Context, level 1) and `X-Request-ID`. One object for each exchange that is under way, used
/// again for the next.
///
/// A proxy that takes no measurements of its own passes valid fields on as they are. A `traceparent` that
/// does not parse is replaced by a new one, and `tracestate` goes with it (section 3.2.2.3); a `tracestate`
/// that does not parse goes alone (section 3.3). Where none of the fields is there and none is to be made,
/// nothing is done at all.
final class Trace {
    private static final byte[] HEX = "0123456789abcdef".getBytes(US_ASCII);
    private static final byte[] PARENT = "traceparent: 00-".getBytes(US_ASCII);
    private static final byte[] SAMPLED = "-01\r\n".getBytes(US_ASCII);
    private static final byte[] ID = "X-Request-ID: ".getBytes(US_ASCII);
    private static final byte[] LINE = "\r\n".getBytes(US_ASCII);
    private static final int TRACE_ID = 32;
    private static final int TRACE_ID_START = 3;
    private static final int SPAN_ID_START = 36;
    private static final int FLAGS_START = 53;
    private static final int LENGTH = 55;
    private static final int LONGEST_ID = 200;
    private static final int MOST_MEMBERS = 32;

    private final RandomGenerator random;
    private final LineBuffer traceId = new LineBuffer();
    private final LineBuffer requestId = new LineBuffer();
    private boolean parentMade;
    private boolean idMade;
    private boolean dropsParent;
    private boolean dropsState;
    private boolean dropsId;

    /// @param random for the ids, which need to be different and not secret; of this loop alone
    Trace(RandomGenerator random) {
        this.random = random;
    }

    /// Forgets the last exchange.
    void clear() {
        traceId.clear();
        requestId.clear();
        parentMade = false;
        idMade = false;
        dropsParent = false;
        dropsState = false;
        dropsId = false;
    }

    /// Looks at a request, after [#clear].
    void read(Head head, TraceRule rule) {
        if (rule == TraceRule.OFF) {
            return;
        }
        int parent = head.index(KnownField.TRACEPARENT);
        int state = head.index(KnownField.TRACESTATE);
        int id = head.index(KnownField.X_REQUEST_ID);
        if (parent >= 0 || state >= 0 || rule == TraceRule.START) {
            readContext(head, parent, state, rule);
        }
        if (id >= 0 || rule == TraceRule.START) {
            readId(head, id, rule);
        }
    }

    private void readContext(Head head, int parent, int state, TraceRule rule) {
        boolean valid = parent >= 0 && isParent(head, parent);
        if (valid) {
            int start = head.valueStart(parent) + TRACE_ID_START;
            traceId.add(head.bytes(), start, start + TRACE_ID);
            dropsState = state >= 0 && !isState(head);
            return;
        }
        dropsParent = parent >= 0;
        dropsState = state >= 0;
        if (parent >= 0 || rule == TraceRule.START) {
            parentMade = true;
            hex(traceId, TRACE_ID / 2);
        }
    }

    private void readId(Head head, int id, TraceRule rule) {
        if (id >= 0 && isId(head, id)) {
            requestId.add(head.bytes(), head.valueStart(id), head.valueEnd(id));
            return;
        }
        dropsId = id >= 0;
        if (id >= 0 || rule == TraceRule.START) {
            needRequestId();
            idMade = true;
        }
    }

    /// Makes an id if there is none yet, for a page that tells of a failure.
    void needRequestId() {
        if (requestId.length() > 0) {
            return;
        }
        if (traceId.length() > 0) {
            requestId.add(traceId);
        } else {
            hex(requestId, TRACE_ID / 2);
        }
    }

    private void hex(LineBuffer out, int bytes) {
        for (int done = 0; done < bytes; done += 8) {
            long value = 0;
            // All zeros are no id.
            while (value == 0) {
                value = random.nextLong();
            }
            for (int shift = 60; shift >= 0; shift -= 4) {
                out.add((char) HEX[(int) (value >>> shift) & 15]);
            }
        }
    }

    boolean hasTraceId() {
        return traceId.length() > 0;
    }

    void addTraceId(LineBuffer out) {
        out.add(traceId);
    }

    boolean hasRequestId() {
        return requestId.length() > 0;
    }

    void addRequestId(LineBuffer out) {
        out.add(requestId);
    }

    /// The request's id as text; empty if it has none.
    String requestId() {
        return new String(requestId.bytes(), 0, requestId.length(), US_ASCII);
    }

    /// Whether the field is not to be passed on.
    boolean drops(KnownField field) {
        return switch (field) {
            case TRACEPARENT -> dropsParent;
            case TRACESTATE -> dropsState;
            case X_REQUEST_ID -> dropsId;
            default -> false;
        };
    }

    /// How many bytes [#write] writes.
    int room() {
        return (parentMade ? PARENT.length + LENGTH - TRACE_ID_START + LINE.length : 0)
                + (idMade ? ID.length + requestId.length() + LINE.length : 0);
    }

    /// Writes the fields that are new, as lines of HTTP/1.1.
    void write(ByteBuf out) {
        if (parentMade) {
            out.writeBytes(PARENT).writeBytes(traceId.bytes(), 0, traceId.length());
            out.writeByte('-');
            long span = 0;
            while (span == 0) {
                span = random.nextLong();
            }
            for (int shift = 60; shift >= 0; shift -= 4) {
                out.writeByte(HEX[(int) (span >>> shift) & 15]);
            }
            out.writeBytes(SAMPLED);
        }
        if (idMade) {
            out.writeBytes(ID).writeBytes(requestId.bytes(), 0, requestId.length());
            out.writeBytes(LINE);
        }
    }

    private static boolean isParent(Head head, int field) {
        byte[] bytes = head.bytes();
        int start = head.valueStart(field);
        int length = head.valueEnd(field) - start;
        if (length < LENGTH || count(head, KnownField.TRACEPARENT) > 1) {
            return false;
        }
        boolean known = bytes[start] == '0' && bytes[start + 1] == '0';
        boolean never = bytes[start] == 'f' && bytes[start + 1] == 'f';
        // A later version may have more behind another dash.
        boolean fits = length == LENGTH || (!known && bytes[start + LENGTH] == '-');
        return fits
                && !never
                && isHex(bytes, start, 2)
                && bytes[start + 2] == '-'
                && isHex(bytes, start + TRACE_ID_START, TRACE_ID)
                && !isZero(bytes, start + TRACE_ID_START, TRACE_ID)
                && bytes[start + SPAN_ID_START - 1] == '-'
                && isHex(bytes, start + SPAN_ID_START, TRACE_ID / 2)
                && !isZero(bytes, start + SPAN_ID_START, TRACE_ID / 2)
                && bytes[start + FLAGS_START - 1] == '-'
                && isHex(bytes, start + FLAGS_START, 2);
    }

    private static boolean isHex(byte[] bytes, int start, int count) {
        for (int i = start; i < start + count; i++) {
            boolean digit = bytes[i] >= '0' && bytes[i] <= '9';
            boolean letter = bytes[i] >= 'a' && bytes[i] <= 'f';
            if (!digit && !letter) {
                return false;
            }
        }
        return true;
    }

    private static boolean isZero(byte[] bytes, int start, int count) {
        for (int i = start; i < start + count; i++) {
            if (bytes[i] != '0') {
                return false;
            }
        }
        return true;
    }

    private static int count(Head head, KnownField field) {
        int count = 0;
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.kind(i) == field) {
                count++;
            }
        }
        return count;
    }

    /// At most 32 members in all fields of the name, parted by commas, each empty or `key=value`.
    private static boolean isState(Head head) {
        int members = 0;
        byte[] bytes = head.bytes();
        for (int i = 0; i < head.fieldCount(); i++) {
            if (head.kind(i) != KnownField.TRACESTATE) {
                continue;
            }
            int end = head.valueEnd(i);
            int start = head.valueStart(i);
            while (start < end) {
                int stop = start;
                while (stop < end && bytes[stop] != ',') {
                    stop++;
                }
                if (!isMember(bytes, start, stop)) {
                    return false;
                }
                members++;
                start = stop + 1;
            }
        }
        return members > 0 && members <= MOST_MEMBERS;
    }

    private static boolean isMember(byte[] bytes, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && (bytes[start] == ' ' || bytes[start] == '\t')) {
            start++;
        }
        while (end > start && (bytes[end - 1] == ' ' || bytes[end - 1] == '\t')) {
            end--;
        }
        if (start == end) {
            return true;
        }
        int equals = start;
        while (equals < end && isKey(bytes[equals])) {
            equals++;
        }
        if (equals == start || equals >= end - 1 || bytes[equals] != '=' || equals - start > 256) {
            return false;
        }
        for (int i = equals + 1; i < end; i++) {
            if (bytes[i] < ' ' || bytes[i] > '~' || bytes[i] == '=') {
                return false;
            }
        }
        return end - equals - 1 <= 256;
    }

    private static boolean isKey(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || "_-*/@".indexOf(b) >= 0;
    }

    /// One field of at most 200 letters, digits and `._~+/=:@-`, which can do no harm in a log or on a
    /// page.
    private static boolean isId(Head head, int field) {
        int start = head.valueStart(field);
        int end = head.valueEnd(field);
        if (start == end || end - start > LONGEST_ID || count(head, KnownField.X_REQUEST_ID) > 1) {
            return false;
        }
        for (int i = start; i < end; i++) {
            byte b = head.bytes()[i];
            boolean plain = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
            if (!plain && "._~+/=:@-".indexOf(b) < 0) {
                return false;
            }
        }
        return true;
    }
}
