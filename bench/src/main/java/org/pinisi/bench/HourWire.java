package org.pinisi.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// One HTTP/1.1 connection of the mixed load, without any retry. Not thread-safe.
final class HourWire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;

    private final Socket socket;
    private final InputStream in;
    private final String host;

    /// An answer's head; its content is read from `body`, to the end, before the next request.
    record Answer(int status, Map<String, String> fields, InputStream body) {}

    private HourWire(Socket socket, String host) throws IOException {
        this.socket = socket;
        this.host = host;
        this.in = new BufferedInputStream(socket.getInputStream(), 32 << 10);
    }

    static HourWire plain(int port, String host) throws IOException {
        return new HourWire(connected(port), host);
    }

    /// With TLS; the server must show a certificate for the host.
    static HourWire secure(int port, String host, SSLContext trust) throws IOException {
        Socket socket = connected(port);
        SSLSocket secure = (SSLSocket) trust.getSocketFactory().createSocket(socket, host, port, true);
        SSLParameters parameters = secure.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secure.setSSLParameters(parameters);
        secure.startHandshake();
        return new HourWire(secure, host);
    }

    private static Socket connected(int port) throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        return socket;
    }

    Answer get(String target) throws IOException {
        send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n", new byte[0]);
        return answer();
    }

    Answer post(String target, byte[] body) throws IOException {
        send("POST " + target + " HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: " + body.length + "\r\n\r\n", body);
        return answer();
    }

    /// The certificate that the server showed.
    ///
    /// @throws IOException without TLS
    X509Certificate shown() throws IOException {
        if (socket instanceof SSLSocket secure
                && secure.getSession().getPeerCertificates()[0] instanceof X509Certificate certificate) {
            return certificate;
        }
        throw new IOException("no TLS, so no certificate");
    }

    private void send(String head, byte[] body) throws IOException {
        socket.getOutputStream().write(HourContent.ascii(head));
        socket.getOutputStream().write(body);
    }

    private Answer answer() throws IOException {
        String status = line();
        if (!status.startsWith("HTTP/1.1 ") || status.length() < 12) {
            throw new IOException("no HTTP: " + status);
        }
        Map<String, String> fields = new TreeMap<>();
        for (String field = line(); !field.isEmpty(); field = line()) {
            int colon = field.indexOf(':');
            fields.put(
                    field.substring(0, colon).toLowerCase(Locale.ROOT),
                    field.substring(colon + 1).strip());
        }
        boolean chunked = fields.getOrDefault("transfer-encoding", "").equals("chunked");
        String length = fields.getOrDefault("content-length", "0");
        InputStream body = chunked ? new Chunks() : new Counted(Long.parseLong(length));
        return new Answer(Integer.parseInt(status.substring(9, 12)), fields, body);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection was closed within a head");
            }
            if (next == '\n') {
                return line.toString();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
    }

    /// A body of known length; ends with an exception when it is cut short.
    private final class Counted extends InputStream {
        private long left;

        Counted(long length) {
            left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = in.read(bytes, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new IOException("a body was cut short, " + left + " bytes before its end");
            }
            left -= count;
            return count;
        }
    }

    /// A chunked body.
    private final class Chunks extends InputStream {
        private Counted chunk = new Counted(0);
        private boolean begun;
        private boolean ended;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            while (!ended) {
                int count = chunk.read(bytes, offset, length);
                if (count >= 0) {
                    return count;
                }
                next();
            }
            return -1;
        }

        private void next() throws IOException {
            if (begun && !line().isEmpty()) {
                throw new IOException("a chunk is longer than it says");
            }
            begun = true;
            long size = Long.parseLong(line().split(";", 2)[0].strip(), 16);
            chunk = new Counted(size);
            if (size == 0) {
                while (!line().isEmpty()) {
                    // trailers
                }
                ended = true;
            }
        }
    }

    static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
