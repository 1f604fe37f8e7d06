package org.pinisi.site;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.pinisi.http.Address;

/// Requests byte by byte, each on a connection of its own, for what no client would send too.
final class RawHttp {
    private static final int PATIENCE_MILLIS = 20_000;

    private RawHttp() {}

    /// An answer as it came.
    record Answer(int status, String head, String body) {
        static Answer parse(String text) {
            int end = text.indexOf("\r\n\r\n");
            if (!text.startsWith("HTTP/1.1 ") || end < 0) {
                throw new IllegalStateException("no answer: " + text);
            }
            return new Answer(Integer.parseInt(text.substring(9, 12)), text.substring(0, end), text.substring(end + 4));
        }

        /// The first field of this name.
        Optional<String> field(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return head.lines()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .findFirst();
        }
    }

    static Answer get(Address at, String target, String... fields) throws IOException {
        return send(at, "GET", target, "", fields);
    }

    /// @param fields whole lines
    static Answer send(Address at, String method, String target, String body, String... fields) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + target + " HTTP/1.1\r\nConnection: close\r\n");
        if (String.join("\n", fields).toLowerCase(Locale.ROOT).indexOf("host:") < 0) {
            request.append("Host: site.test\r\n");
        }
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        if (!body.isEmpty()) {
            request.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        return Answer.parse(exchange(at, request + "\r\n" + body));
    }

    /// What comes back for these characters, each one byte, until the server closes.
    static String exchange(Address at, String request) throws IOException {
        if (!(at instanceof Address.Inet(String host, int port))) {
            throw new IllegalArgumentException("address: " + at + " (expected: TCP)");
        }
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
