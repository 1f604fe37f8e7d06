package org.pinisi.http;

/// What a complete answer's head means (RFC 9112, section 6.3).
final class AnswerRules {
    private AnswerRules() {}

    static void apply(Head head, boolean answerToHead) {
        ConnectionRules.apply(head);
        FramingRules.length(head);
        boolean chunked = FramingRules.chunked(head);
        int status = head.status();
        head.upgrade = status == 101;
        if (answerToHead || status < 200 || status == 204 || status == 304) {
            head.framing = Framing.NONE;
            return;
        }
        if (chunked && head.minorVersion == 0) {
            throw Head.bad("Transfer-Encoding in HTTP/1.0");
        }
        if (chunked) {
            head.framing = Framing.CHUNKED;
        } else if (head.contentLength >= 0) {
            head.framing = head.contentLength == 0 ? Framing.NONE : Framing.LENGTH;
        } else {
            head.framing = Framing.UNTIL_CLOSE;
            head.keepAlive = false;
        }
    }
}
