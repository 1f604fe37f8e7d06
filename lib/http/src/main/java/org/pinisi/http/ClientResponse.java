package org.pinisi.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;

/// A server's answer; its body is read from the connection as it comes. Used by one thread. Closing it
/// gives the connection back if the body was read to its end, else closes the connection (HTTP/1.1) or
/// cancels the request (HTTP/2).
public final class ClientResponse implements AutoCloseable {
    private final Origin origin;
    private final String target;
    private final ClientCall call;
    private final InputStream body = new Body();
    private boolean closed;

    ClientResponse(Origin origin, String target, ClientCall call) {
        this.origin = origin;
        this.target = target;
        this.call = call;
    }

    /// Who answered: another than was asked if a redirect was followed.
    public Origin origin() {
        return origin;
    }

    /// Path and query of what was answered: others than were asked for if a redirect was followed.
    public String target() {
        return target;
    }

    public int status() {
        return call.status();
    }

    public Fields fields() {
        return call.fields();
    }

    /// The body. Reading throws HttpException 502 if the server breaks off or breaks the rules, 504 if
    /// nothing comes for the client's idle time, InterruptedIOException if the thread is interrupted.
    public InputStream body() {
        return body;
    }

    /// The fields that came behind the body; empty before its end was read.
    public Fields trailers() {
        return call.trailers();
    }

    /// The whole body.
    ///
    /// @throws HttpException 502 if it is longer than `most` bytes
    public byte[] bodyAsBytes(int most) throws InterruptedException {
        try {
            byte[] bytes = body.readNBytes(most);
            if (bytes.length == most && body.read() >= 0) {
                throw new HttpException(502, origin + " sent more than " + most + " bytes");
            }
            return bytes;
        } catch (InterruptedIOException e) {
            throw HttpClient.interrupted(e);
        } catch (IOException e) {
            throw HttpClient.failure(origin, e);
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
        closed = true;
        call.close();
    }

    private final class Body extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (closed) {
                throw new IOException("the answer was closed");
            }
            if (length == 0) {
                return 0;
            }
            try {
                return call.read(bytes, offset, length);
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException | HttpException e) {
                throw HttpClient.failure(origin, e);
            }
        }
    }
}
