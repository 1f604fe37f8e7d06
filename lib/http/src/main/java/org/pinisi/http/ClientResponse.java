package org.pinisi.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;

/// A server's answer; its body is read from the connection as it comes. Used by one thread. Closing it gives
/// the connection back if the body was read to its end, else closes the connection.
public final class ClientResponse implements AutoCloseable {
    private final Address address;
    private final ClientConnection connection;
    private final ConnectionPool pool;
    private final int status;
    private final Fields fields;
    private final InputStream body = new Body();
    private boolean closed;

    ClientResponse(Address address, ClientConnection connection, ConnectionPool pool, Head head) {
        this.address = address;
        this.connection = connection;
        this.pool = pool;
        this.status = head.status();
        this.fields = Fields.of(head);
    }

    public int status() {
        return status;
    }

    public Fields fields() {
        return fields;
    }

    /// The body. Reading throws HttpException 502 if the server breaks off or breaks the rules, 504 if
    /// nothing comes for the client's idle time, InterruptedIOException if the thread is interrupted.
    public InputStream body() {
        return body;
    }

    /// The whole body.
    ///
    /// @throws HttpException 502 if it is longer than `most` bytes
    public byte[] bodyAsBytes(int most) throws InterruptedException {
        try {
            byte[] bytes = body.readNBytes(most);
            if (bytes.length == most && body.read() >= 0) {
                throw new HttpException(502, address + " sent more than " + most + " bytes");
            }
            return bytes;
        } catch (InterruptedIOException e) {
            throw HttpClient.interrupted(e);
        } catch (IOException e) {
            throw HttpClient.failure(address, e);
        }
    }

    /// The whole body as UTF-8.
    public String bodyAsText(int mostBytes) throws InterruptedException {
        return new String(bodyAsBytes(mostBytes), StandardCharsets.UTF_8);
    }

    /// Reads the body as server-sent events.
    public EventReader events() {
        return new EventReader(body);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (connection.isReusable()) {
            pool.give(address, connection);
        } else {
            ConnectionPool.discard(connection);
        }
    }

    private final class Body extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (closed) {
                throw new IOException("the answer was closed");
            }
            if (length == 0) {
                return 0;
            }
            try {
                return connection.readBody(target, offset, length);
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException | HttpException e) {
                throw HttpClient.failure(address, e);
            }
        }
    }
}
