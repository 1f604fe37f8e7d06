package org.pinisi.edge;

import org.pinisi.http.Head;
import org.pinisi.http.KnownField;

/// A line of the access log in the Common or the Combined Log Format, which programs that count visitors
/// read:
///
/// `127.0.0.1 - - [21/Nov/2026:08:17:20 +0000] "GET /a HTTP/1.1" 200 43 "https://from.test/" "curl/8.14"`
final class CommonLogLine extends LogLine {
    private final LogStyle style;
    private int requestEnd;

    CommonLogLine(AccessLog.Lines lines, LogStyle style) {
        super(lines);
        this.style = style;
    }

    @Override
    void note(Head head, int version) {
        byte[] bytes = head.bytes();
        request.add('"').escapedHex(bytes, 0, head.methodEnd()).add(' ');
        request.escapedHex(bytes, head.pathStart(), head.pathEnd());
        if (head.queryStart() >= 0 && style.query() != LogStyle.Query.OFF) {
            request.add('?');
            query(head, style.query(), false, request);
        }
        request.add(' ').add(versionText(version)).add('"');
        requestEnd = request.length();
        if (style.format() == LogStyle.Format.COMBINED) {
            quoted(head, KnownField.REFERER);
            quoted(head, KnownField.USER_AGENT);
        }
    }

    private void quoted(Head head, KnownField field) {
        int index = head.index(field);
        if (index < 0) {
            request.add(" \"-\"");
            return;
        }
        int start = head.valueStart(index);
        int end = head.valueEnd(index);
        // A referrer may carry the query of another page.
        if (field == KnownField.REFERER && style.query() != LogStyle.Query.ON) {
            end = next(head.bytes(), start, end, '?');
        }
        request.add(" \"").escapedHex(head.bytes(), start, end).add('"');
    }

    @Override
    void noteNothing() {
        request.add("\"-\"");
        requestEnd = request.length();
        if (style.format() == LogStyle.Format.COMBINED) {
            request.add(" \"-\" \"-\"");
        }
    }

    @Override
    void write(Account account, long nanos, LineBuffer out) {
        addClient(out);
        out.add(" - - [");
        lines.writeCommonTime(out);
        out.add("] ").add(request.bytes(), 0, requestEnd).add(' ');
        out.number(account.status()).add(' ').number(account.sent());
        out.add(request.bytes(), requestEnd, request.length()).add('\n');
    }
}
