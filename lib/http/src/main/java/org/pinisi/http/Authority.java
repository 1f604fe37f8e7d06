package org.pinisi.http;

/// A host and perhaps a port (RFC 3986, section 3.2, without user information).
final class Authority {
    private static final int HIGHEST_PORT = 65_535;

    private Authority() {}

    /// Where the host's name ends and the port's colon may stand, or -1 if this is no authority.
    static int hostEnd(byte[] bytes, int start, int end) {
        int p = start;
        if (p < end && bytes[p] == '[') {
            p++;
            while (p < end && (Ascii.hex(bytes[p]) >= 0 || bytes[p] == ':' || bytes[p] == '.')) {
                p++;
            }
            if (p == end || bytes[p] != ']' || p - start < 3) {
                return -1;
            }
            p++;
        } else {
            while (p < end && Ascii.isHost(bytes[p])) {
                p++;
            }
        }
        return p > start && (p == end || isPort(bytes, p, end)) ? p : -1;
    }

    private static boolean isPort(byte[] bytes, int colon, int end) {
        int port = 0;
        for (int i = colon + 1; i < end; i++) {
            if (!Ascii.isDigit(bytes[i]) || port > HIGHEST_PORT) {
                return false;
            }
            port = port * 10 + bytes[i] - '0';
        }
        return bytes[colon] == ':' && port <= HIGHEST_PORT && colon + 1 < end;
    }
}
