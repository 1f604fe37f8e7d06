package org.pinisi.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a WebSocket begins: RFC 6455, section 4, and RFC 8441 for HTTP/2.
final class WebSocketHandshake {
    static final String PROTOCOL = "websocket";
    private static final Logger LOG = LoggerFactory.getLogger(WebSocketHandshake.class);
    private static final String VERSION = "13";
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private WebSocketHandshake() {}

    static Response accept(
            Request request, WebSocketLimits limits, List<String> subprotocols, WebSocketHandler handler) {
        if (!request.upgrade().filter(PROTOCOL::equalsIgnoreCase).isPresent()) {
            return Response.text(426, "a WebSocket is expected here").with("Upgrade", PROTOCOL);
        }
        if (!request.fields()
                .first("Sec-WebSocket-Version")
                .filter(VERSION::equals)
                .isPresent()) {
            return Response.text(426, "this is version 13 of the protocol").with("Sec-WebSocket-Version", VERSION);
        }
        if (isForeign(request)) {
            return Response.text(403, "another site may not connect here");
        }
        Fields fields = Fields.empty();
        // HTTP/2 has neither the field nor a key (RFC 8441, section 5).
        if (request.fields().has("Upgrade")) {
            Optional<String> key = request.fields().first("Sec-WebSocket-Key").filter(WebSocketHandshake::isKey);
            if (key.isEmpty() || !request.method().equals("GET")) {
                return Response.text(400, "Sec-WebSocket-Key: (expected: 16 bytes in base64, in a GET request)");
            }
            fields = fields.with("Sec-WebSocket-Accept", answerTo(key.get()));
        }
        Optional<String> chosen = choose(subprotocols, request.fields());
        if (chosen.isPresent()) {
            fields = fields.with("Sec-WebSocket-Protocol", chosen.get());
        }
        return Response.upgrade(PROTOCOL, fields, (in, out) -> {
            WebSocket socket = new WebSocket(in, out, null, chosen.orElse(""), limits, () -> {});
            run(socket, handler);
        });
    }

    private static void run(WebSocket socket, WebSocketHandler handler) throws Exception {
        int code = WebSocketFrame.FAILED;
        try {
            handler.run(socket);
            code = WebSocketFrame.NORMAL;
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            LOG.warn("event=websocket-handler-failed reason=\"{}\"", e.toString(), e);
        } finally {
            socket.close(code);
        }
    }

    private static boolean isForeign(Request request) {
        Optional<String> origin = request.fields().first("Origin");
        String host = request.fields().first("Host").orElse("");
        return origin.isPresent()
                && !origin.get().replaceFirst("^https?://", "").equalsIgnoreCase(host);
    }

    private static Optional<String> choose(List<String> ours, Fields fields) {
        List<String> theirs = fields.values("Sec-WebSocket-Protocol").stream()
                .flatMap(value -> List.of(value.split(",")).stream())
                .map(String::strip)
                .toList();
        return ours.stream().filter(theirs::contains).findFirst();
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == 16;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    static String answerTo(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encodeToString(sha1.digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-1", e);
        }
    }

    /// What a client asks with, whatever the version.
    static Fields question(Fields fields) {
        return fields.withOnly("Sec-WebSocket-Version", VERSION);
    }

    static String key(RandomGenerator random) {
        byte[] key = new byte[16];
        random.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    /// Checks what the server agreed to.
    ///
    /// @return the subprotocol, empty for none
    /// @throws HttpException 502 if it agreed to what nobody offered
    static String subprotocol(Fields answer, List<String> offered) {
        if (answer.has("Sec-WebSocket-Extensions")) {
            throw new HttpException(502, "the server agreed to an extension of WebSocket that nobody offered");
        }
        String chosen = answer.first("Sec-WebSocket-Protocol").orElse("");
        if (!chosen.isEmpty() && !offered.contains(chosen)) {
            throw new HttpException(502, "the server agreed to a subprotocol of WebSocket that nobody offered");
        }
        return chosen;
    }

    static void checkUpgrade(Fields answer, String key) {
        boolean upgraded =
                answer.first("Upgrade").filter(PROTOCOL::equalsIgnoreCase).isPresent()
                        && answer.first("Sec-WebSocket-Accept")
                                .filter(answerTo(key)::equals)
                                .isPresent();
        if (!upgraded) {
            throw new HttpException(502, "the server's agreement to a WebSocket is not one");
        }
    }
}
