package org.pinisi.edge;

import org.jspecify.annotations.Nullable;
import org.pinisi.http.Head;

/// A line of the access log in JSON. What does not apply is left out, save `upstream` and `route`, which
/// are null then.
final class JsonLogLine extends LogLine {
    private final LogStyle.Query query;

    JsonLogLine(AccessLog.Lines lines, LogStyle.Query query) {
        super(lines);
        this.query = query;
    }

    @Override
    void note(Head head, int version) {
        byte[] bytes = head.bytes();
        request.add(",\"host\":\"").escaped(bytes, head.hostStart(), head.hostEnd());
        request.add("\",\"method\":\"").escaped(bytes, 0, head.methodEnd());
        request.add("\",\"path\":\"").escaped(bytes, head.pathStart(), head.pathEnd());
        if (query != LogStyle.Query.OFF && head.queryStart() >= 0) {
            request.add("\",\"query\":\"");
            query(head, query, true, request);
        }
        request.add("\",\"protocol\":\"").add(versionText(version)).add('"');
    }

    @Override
    void noteNothing() {
        request.add(",\"host\":\"\",\"method\":\"\",\"path\":\"\"");
    }

    @Override
    void write(Account account, long nanos, LineBuffer out) {
        out.add("{\"time\":\"");
        lines.writeTime(out);
        out.add("\",\"client\":\"");
        addClient(out);
        out.add('"').add(request);
        text(",\"tls\":\"", account.tls(), out);
        out.add(",\"status\":").number(account.status());
        out.add(",\"received\":").number(account.received());
        out.add(",\"bytes\":").number(account.sent());
        out.add(",\"ms\":").millis(nanos);
        orNull(",\"upstream\":", account.upstreamId(), out);
        if (account.connectNanos() > 0) {
            out.add(",\"connectMs\":").millis(account.connectNanos());
        }
        if (account.firstByteNanos() > 0) {
            out.add(",\"firstByteMs\":").millis(account.firstByteNanos());
        }
        if (account.tries() > 1) {
            out.add(",\"tries\":").number(account.tries());
        }
        orNull(",\"route\":", account.routeName(), out);
        if (account.trace().hasTraceId()) {
            out.add(",\"trace\":\"");
            account.trace().addTraceId(out);
            out.add('"');
        }
        if (account.trace().hasRequestId()) {
            out.add(",\"requestId\":\"");
            account.trace().addRequestId(out);
            out.add('"');
        }
        Fault fault = account.fault();
        if (fault != null) {
            out.add(",\"why\":\"").add(fault.text()).add('"');
        }
        out.add("}\n");
    }

    private static void text(String field, @Nullable String value, LineBuffer out) {
        if (value != null) {
            out.add(field).add(value).add('"');
        }
    }

    private static void orNull(String field, @Nullable String value, LineBuffer out) {
        out.add(field);
        if (value == null) {
            out.add("null");
        } else {
            out.add('"').add(value).add('"');
        }
    }
}
