package org.pinisi.http;

/// Content-Length and Transfer-Encoding, the two fields on which request smuggling rests (RFC 9112, sections
/// 6 and 11.2).
final class FramingRules {
    private static final int LONGEST_NUMBER = 18;

    private FramingRules() {}

    static void length(Head head) {
        int index = head.index(KnownField.CONTENT_LENGTH);
        if (index < 0) {
            return;
        }
        int start = head.valueStart(index);
        int end = head.valueEnd(index);
        long value = 0;
        boolean number = start < end && end - start <= LONGEST_NUMBER;
        for (int i = start; number && i < end; i++) {
            number = Ascii.isDigit(head.bytes()[i]);
            value = value * 10 + head.bytes()[i] - '0';
        }
        if (!number) {
            throw Head.bad("Content-Length: " + head.value(index) + " (expected: a number of up to 18 digits)");
        }
        head.contentLength = value;
    }

    /// Whether the body is chunked; any other transfer coding is refused.
    static boolean chunked(Head head) {
        int index = head.index(KnownField.TRANSFER_ENCODING);
        if (index < 0) {
            return false;
        }
        if (head.contentLength >= 0) {
            throw Head.bad("both Content-Length and Transfer-Encoding");
        }
        int start = head.valueStart(index);
        int end = head.valueEnd(index);
        if (Ascii.equalsIgnoreCase(head.bytes(), start, end, "chunked")) {
            return true;
        }
        String[] codings = head.value(index).split(",", -1);
        String last = codings[codings.length - 1].strip();
        if (!last.equalsIgnoreCase("chunked") || codings[0].strip().equalsIgnoreCase("chunked")) {
            throw Head.bad("Transfer-Encoding: " + head.value(index) + " (expected: chunked, once and last)");
        }
        throw new HttpException(501, "Transfer-Encoding: " + head.value(index) + " (expected: chunked alone)");
    }
}
