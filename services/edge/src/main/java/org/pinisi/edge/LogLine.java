package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.pinisi.http.Head;

/// One line of the access log in the making; one object for each exchange that is under way, used again for
/// the next. What the request says is noted at the start, since its head may be gone at the end.
abstract class LogLine {
    final AccessLog.Lines lines;
    final LineBuffer request = new LineBuffer();
    private byte[] client = {};

    LogLine(AccessLog.Lines lines) {
        this.lines = lines;
    }

    final void client(String address) {
        client = address.getBytes(US_ASCII);
    }

    /// Notes what the request says.
    final void begin(Head head, int version) {
        request.clear();
        note(head, version);
    }

    /// The request could not be read.
    final void unreadable() {
        request.clear();
        noteNothing();
    }

    abstract void note(Head head, int version);

    abstract void noteNothing();

    abstract void write(Account account, long nanos, LineBuffer out);

    final void end(Account account, long nanos) {
        LineBuffer out = lines.scratch();
        out.clear();
        write(account, nanos, out);
        lines.add(out.bytes(), out.length());
    }

    final void addClient(LineBuffer out) {
        out.add(client, 0, client.length);
    }

    /// The query with its question mark, as far as the style wants it; nothing if there is none.
    static void query(Head head, LogStyle.Query wanted, boolean json, LineBuffer out) {
        int start = head.queryStart();
        if (start < 0 || wanted == LogStyle.Query.OFF) {
            return;
        }
        byte[] bytes = head.bytes();
        int end = head.targetEnd();
        if (wanted == LogStyle.Query.ON) {
            escape(bytes, start, end, json, out);
            return;
        }
        int name = start;
        while (name < end) {
            int stop = next(bytes, name, end, '&');
            int equals = next(bytes, name, stop, '=');
            // A part without a name may be a secret as a whole.
            if (equals < stop) {
                escape(bytes, name, equals, json, out);
                out.add('=');
            }
            if (stop > name) {
                out.add('*');
            }
            if (stop < end) {
                out.add('&');
            }
            name = stop + 1;
        }
    }

    static int next(byte[] bytes, int from, int end, char wanted) {
        int place = from;
        while (place < end && bytes[place] != wanted) {
            place++;
        }
        return place;
    }

    static void escape(byte[] bytes, int from, int to, boolean json, LineBuffer out) {
        if (json) {
            out.escaped(bytes, from, to);
        } else {
            out.escapedHex(bytes, from, to);
        }
    }

    static String versionText(int version) {
        return switch (version) {
            case 10 -> "HTTP/1.0";
            case 11 -> "HTTP/1.1";
            case 20 -> "HTTP/2";
            default -> "HTTP/3";
        };
    }
}
