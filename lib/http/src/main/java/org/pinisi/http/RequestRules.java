package org.pinisi.http;

/// What a complete request head means, and what makes it invalid although each line is well-formed.
final class RequestRules {
    private RequestRules() {}

    static void apply(Head head) {
        target(head);
        host(head);
        ConnectionRules.apply(head);
        FramingRules.length(head);
        boolean chunked = FramingRules.chunked(head);
        if (chunked && head.minorVersion == 0) {
            throw Head.bad("Transfer-Encoding in HTTP/1.0");
        }
        if (head.form == TargetForm.AUTHORITY && (chunked || head.contentLength > 0)) {
            throw Head.bad("CONNECT with a body");
        }
        head.framing = chunked ? Framing.CHUNKED : head.contentLength > 0 ? Framing.LENGTH : Framing.NONE;
        expect(head);
    }

    private static void target(Head head) {
        byte[] bytes = head.bytes();
        int start = head.targetStart();
        int end = head.targetEnd();
        boolean connect = head.methodIs("CONNECT");
        if (connect) {
            head.form = TargetForm.AUTHORITY;
            authority(head, start, end);
            if (head.hostEnd == head.authorityEnd) {
                throw Head.bad("CONNECT to a target without port");
            }
        } else if (bytes[start] == '/') {
            head.form = TargetForm.ORIGIN;
        } else if (end - start == 1 && bytes[start] == '*' && head.methodIs("OPTIONS")) {
            head.form = TargetForm.ASTERISK;
        } else {
            absolute(head, start, end);
        }
    }

    private static void absolute(Head head, int start, int end) {
        byte[] bytes = head.bytes();
        int authority = -1;
        for (String scheme : new String[] {"http://", "https://"}) {
            int after = start + scheme.length();
            if (after <= end && Ascii.equalsIgnoreCase(bytes, start, after, scheme)) {
                authority = after;
            }
        }
        if (authority < 0) {
            throw Head.bad("the request target \"" + head.target() + "\" is no path, no http URI and no *");
        }
        int stop = authority;
        while (stop < end && bytes[stop] != '/' && bytes[stop] != '?') {
            stop++;
        }
        head.form = TargetForm.ABSOLUTE;
        head.pathStart = stop;
        authority(head, authority, stop);
    }

    /// The Host field (RFC 9112, section 3.2). Beside an absolute or authority form it must say the same
    /// host.
    private static void host(Head head) {
        int index = head.index(KnownField.HOST);
        if (index < 0) {
            if (head.minorVersion > 0) {
                throw Head.bad("no Host field");
            }
            return;
        }
        int start = head.valueStart(index);
        int end = head.valueEnd(index);
        if (head.form == TargetForm.ORIGIN || head.form == TargetForm.ASTERISK) {
            authority(head, start, end);
            return;
        }
        int wantedStart = head.hostStart;
        int wantedHostEnd = head.hostEnd;
        int wantedEnd = head.authorityEnd;
        authority(head, start, end);
        boolean same = head.form == TargetForm.AUTHORITY
                ? Ascii.equalsIgnoreCase(head.bytes(), start, head.hostEnd, wantedStart, wantedHostEnd)
                : Ascii.equalsIgnoreCase(head.bytes(), start, end, wantedStart, wantedEnd);
        if (!same) {
            throw Head.bad("the Host field and the request target name different hosts");
        }
        head.hostStart = wantedStart;
        head.hostEnd = wantedHostEnd;
        head.authorityEnd = wantedEnd;
    }

    private static void authority(Head head, int start, int end) {
        int hostEnd = Authority.hostEnd(head.bytes(), start, end);
        if (hostEnd < 0) {
            throw badHost(head, start, end);
        }
        head.hostStart = start;
        head.hostEnd = hostEnd;
        head.authorityEnd = end;
    }

    private static HttpException badHost(Head head, int start, int end) {
        return Head.bad("the host \"" + head.text(start, end) + "\" (expected: a name or address, and perhaps :port)");
    }

    private static void expect(Head head) {
        int index = head.index(KnownField.EXPECT);
        if (index < 0 || head.minorVersion == 0) {
            return;
        }
        if (!Ascii.equalsIgnoreCase(head.bytes(), head.valueStart(index), head.valueEnd(index), "100-continue")) {
            throw new HttpException(417, "Expect: " + head.value(index) + " (expected: 100-continue)");
        }
        head.expectsContinue = head.framing != Framing.NONE;
    }
}
