package org.pinisi.site;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.pinisi.http.Address;

/// Requests byte by byte, for what no client would send.
final class RawHttp {
    private static final int PATIENCE_MILLIS = 20_000;

    private RawHttp() {}

    /// The whole answer to a GET of exactly this target, head and body as they come.
    static String get(Address at, String target) throws IOException {
        return send(at, "GET " + target + " HTTP/1.1\r\nHost: site.test\r\nConnection: close\r\n\r\n");
    }

    /// The whole answer to these characters, each one byte.
    static String send(Address at, String request) throws IOException {
        if (!(at instanceof Address.Inet(String host, int port))) {
            throw new IllegalArgumentException("address: " + at + " (expected: TCP)");
        }
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
