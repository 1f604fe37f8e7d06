package org.pinisi.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.pinisi.flow.Flow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens WebSockets over connections of either version.
final class WebSocketClient {
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketClient.class);

    /// How long a peer may take to close.
    private static final Duration CLOSING = Duration.ofSeconds(5);

    private final RandomGenerator random = new SecureRandom();

    /// Over HTTP/1.1 (RFC 6455, section 4.1); the connection is the socket's from now on.
    WebSocket over(ClientConnection connection, String target, Fields fields, WebSocketLimits limits) throws Exception {
        String key = WebSocketHandshake.key(random);
        Fields question = WebSocketHandshake.question(fields)
                .with("Connection", "Upgrade")
                .with("Upgrade", WebSocketHandshake.PROTOCOL)
                .with("Sec-WebSocket-Key", key);
        ClientRequest request = new ClientRequest("GET", target, question, Optional.empty());
        boolean done = false;
        try {
            ClientCall call = connection.call(request);
            checkStatus(call, 101, 101);
            WebSocketHandshake.checkUpgrade(call.fields(), key);
            String subprotocol = WebSocketHandshake.subprotocol(call.fields(), offered(fields));
            Flow flow = connection.upgraded();
            done = true;
            return new WebSocket(flow.input(), flow.output(), random, subprotocol, limits, new Hangup() {
                @Override
                public void end() {
                    flow.close();
                }

                @Override
                public void hurry() {
                    flow.patience(CLOSING);
                }
            });
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    /// Over HTTP/2 (RFC 8441), beside other requests.
    WebSocket over(Http2Client connection, String target, Fields fields, WebSocketLimits limits) throws IOException {
        Http2ClientCall call =
                connection.tunnel(WebSocketHandshake.PROTOCOL, target, WebSocketHandshake.question(fields));
        boolean done = false;
        try {
            checkStatus(call, 200, 299);
            String subprotocol = WebSocketHandshake.subprotocol(call.fields(), offered(fields));
            done = true;
            return new WebSocket(new Input(call), new Output(call), random, subprotocol, limits, new Hangup() {
                @Override
                public void end() {
                    endStream(call);
                }

                @Override
                public void hurry() {
                    call.patience(CLOSING);
                }
            });
        } finally {
            if (!done) {
                call.close();
            }
        }
    }

    private static void endStream(Http2ClientCall call) {
        try {
            call.send(new byte[0], 0, 0, true);
        } catch (IOException e) {
            LOG.debug("event=websocket-stream-not-ended reason=\"{}\"", e.toString());
        } finally {
            call.close();
        }
    }

    private static void checkStatus(ClientCall call, int least, int most) {
        if (call.status() < least || call.status() > most) {
            throw new HttpException(502, "the server answered " + call.status() + " to the wish for a WebSocket");
        }
    }

    private static List<String> offered(Fields fields) {
        return fields.values("Sec-WebSocket-Protocol").stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .toList();
    }

    private static final class Input extends InputStream {
        private final Http2ClientCall call;

        Input(Http2ClientCall call) {
            this.call = call;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return call.read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return length == 0 ? 0 : call.read(target, offset, length);
        }
    }

    private static final class Output extends OutputStream {
        private final Http2ClientCall call;

        Output(Http2ClientCall call) {
            this.call = call;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > 0) {
                call.send(bytes, offset, length, false);
            }
        }
    }
}
