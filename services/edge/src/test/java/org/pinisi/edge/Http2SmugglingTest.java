package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.pinisi.edge.FrameWire.DATA;
import static org.pinisi.edge.FrameWire.END_HEADERS;
import static org.pinisi.edge.FrameWire.END_STREAM;
import static org.pinisi.edge.FrameWire.GOAWAY;
import static org.pinisi.edge.FrameWire.HEADERS;
import static org.pinisi.edge.FrameWire.RST_STREAM;
import static org.pinisi.edge.FrameWire.frame;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests over HTTP/2 that would be other ones, or more than one, once they are written as HTTP/1.1: none
/// reaches the upstream, and the next client is served.
@Timeout(120)
@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
final class Http2SmugglingTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n";

    enum Refused {
        VALUE_WITH_A_REQUEST(get("x", "y\r\n\r\n" + SMUGGLED)),
        VALUE_WITH_A_FIELD(get("x", "y\r\ntransfer-encoding: chunked")),
        VALUE_WITH_LINE_FEED(get("x", "y\nz: a")),
        VALUE_WITH_CARRIAGE_RETURN(get("x", "y\rz: a")),
        VALUE_WITH_NUL(get("x", "y\0z")),
        NAME_WITH_A_FIELD(get("x: y\r\ntransfer-encoding", "chunked")),
        NAME_WITH_COLON(get("transfer-encoding: chunked, x", "y")),
        NAME_WITH_SPACE(get("content-length ", "42")),
        NAME_WITH_NUL(get("x\0", "y")),
        NAME_IN_UPPER_CASE(get("Transfer-Encoding", "chunked")),
        NAME_EMPTY(get("", "y")),
        TRANSFER_ENCODING(get("transfer-encoding", "chunked")),
        TRANSFER_ENCODING_IDENTITY(get("transfer-encoding", "identity")),
        CONNECTION(get("connection", "content-length")),
        KEEP_ALIVE(get("keep-alive", "timeout=5")),
        PROXY_CONNECTION(get("proxy-connection", "keep-alive")),
        UPGRADE(get("upgrade", "h2c")),
        TE_OTHER_THAN_TRAILERS(get("te", "chunked")),
        METHOD_WITH_A_REQUEST(pseudo("GET /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\nGET", "http", "/", "app.test")),
        METHOD_WITH_SPACE(pseudo("GET /smuggled", "http", "/", "app.test")),
        METHOD_EMPTY(pseudo("", "http", "/", "app.test")),
        METHOD_CONNECT(pseudo("CONNECT", "http", "/", "app.test")),
        PATH_WITH_A_REQUEST(pseudo("GET", "http", "/ HTTP/1.1\r\nHost: app.test\r\n\r\n" + SMUGGLED, "app.test")),
        PATH_WITH_SPACE(pseudo("GET", "http", "/smuggled HTTP/1.1 x", "app.test")),
        PATH_WITH_LINE_FEED(pseudo("GET", "http", "/\nx: y", "app.test")),
        PATH_WITH_FRAGMENT(pseudo("GET", "http", "/#smuggled", "app.test")),
        PATH_EMPTY(pseudo("GET", "http", "", "app.test")),
        PATH_WITHOUT_SLASH(pseudo("GET", "http", "smuggled", "app.test")),
        PATH_ABSOLUTE(pseudo("GET", "http", "http://app.test/smuggled", "app.test")),
        SCHEME_WITH_A_TARGET(pseudo("GET", "http://app.test/smuggled?", "/", "app.test")),
        SCHEME_UNKNOWN(pseudo("GET", "gopher", "/", "app.test")),
        AUTHORITY_WITH_A_FIELD(pseudo("GET", "http", "/", "app.test\r\nx: y")),
        AUTHORITY_WITH_USER(pseudo("GET", "http", "/", "user@app.test")),
        AUTHORITY_WITH_PATH(pseudo("GET", "http", "/", "app.test/smuggled")),
        AUTHORITY_WITH_SPACE(pseudo("GET", "http", "/", "app.test other.test")),
        AUTHORITY_EMPTY(pseudo("GET", "http", "/", "")),
        AUTHORITY_OTHER_THAN_HOST(get("host", "other.test")),
        TWO_HOSTS(get("host", "app.test", "host", "app.test")),
        NO_METHOD(block(":scheme", "http", ":path", "/", ":authority", "app.test")),
        NO_SCHEME(block(":method", "GET", ":path", "/", ":authority", "app.test")),
        NO_PATH(block(":method", "GET", ":scheme", "http", ":authority", "app.test")),
        NO_AUTHORITY(block(":method", "GET", ":scheme", "http", ":path", "/")),
        TWO_METHODS(
                block(":method", "GET", ":method", "POST", ":scheme", "http", ":path", "/", ":authority", "app.test")),
        TWO_PATHS(block(
                ":method", "GET", ":scheme", "http", ":path", "/", ":path", "/smuggled", ":authority", "app.test")),
        TWO_AUTHORITIES(get(":authority", "other.test")),
        LATE_PATH(block(":method", "GET", ":scheme", "http", ":authority", "app.test", "x", "y", ":path", "/")),
        UNKNOWN_PSEUDO_FIELD(
                block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "app.test", ":x", "y")),
        STATUS_IN_A_REQUEST(
                block(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "app.test", ":status", "200")),
        TWO_LENGTHS(get("content-length", "0", "content-length", "42")),
        LENGTH_LIST(get("content-length", "0, 42")),
        LENGTH_SIGNED(get("content-length", "+0")),
        LENGTH_NO_NUMBER(get("content-length", "x")),
        LENGTH_WITHOUT_A_BODY(get("content-length", "42")),
        BODY_BEYOND_ITS_LENGTH(get("content-length", "0"), SMUGGLED),
        BODY_SHORTER_THAN_ITS_LENGTH(get("content-length", "500"), SMUGGLED),
        BODY_A_BYTE_LONGER(get("content-length", "41"), SMUGGLED);

        private final byte[] block;
        private final String body;

        Refused(byte[] block, String body) {
            this.block = block;
            this.body = body;
        }

        Refused(byte[] block) {
            this(block, "");
        }

        List<byte[]> frames() {
            List<byte[]> frames = new ArrayList<>();
            frames.add(frame(HEADERS, body.isEmpty() ? END_STREAM | END_HEADERS : END_HEADERS, 1, block));
            if (!body.isEmpty()) {
                frames.add(frame(DATA, END_STREAM, 1, body.getBytes(ISO_8859_1)));
            }
            return frames;
        }
    }

    private static Witness witness;
    private static EdgeFixture edge;
    private static Wire bystander;

    private static byte[] block(String... namesAndValues) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            FrameWire.literal(out, namesAndValues[i], namesAndValues[i + 1]);
        }
        return out.toByteArray();
    }

    private static byte[] get(String... more) {
        return FrameWire.block("GET", "app.test", more);
    }

    private static byte[] pseudo(String method, String scheme, String path, String authority) {
        return block(":method", method, ":scheme", scheme, ":path", path, ":authority", authority);
    }

    /// One loop, so that all clients share the connections to the upstream.
    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        witness = new Witness();
        edge = new EdgeFixture(folder, "loops", "1");
        edge.route("app", witness.upstream("app-1"));
        bystander = edge.connect();
    }

    @AfterAll
    static void stop() throws IOException {
        bystander.close();
        edge.close();
        witness.close();
    }

    @ParameterizedTest
    @EnumSource
    void neverReachesTheUpstreamAsAWholeRequest(Refused message) throws IOException {
        witness.forget();
        try (FrameWire wire = new FrameWire(edge.edge().addresses().getFirst())) {
            wire.begin();
            for (byte[] frame : message.frames()) {
                wire.send(frame);
            }
            // A reset of the stream, an end of the connection, or an answer of the edge's own.
            FrameWire.Frame answer = wire.read();
            while (answer.type() != RST_STREAM && answer.type() != GOAWAY && answer.type() != HEADERS) {
                answer = wire.read();
            }
            assertThat(answer.type() == GOAWAY || answer.stream() == 1).isTrue();
        }
        assertThat(bystander.get("app.test", "/next").answer().body()).isEqualTo("/next");
        for (Witness.Belief belief : Witness.Belief.values()) {
            assertThat(witness.targets(belief)).as("seen by %s", belief).containsExactly("/next");
        }
    }

    @AfterEach
    void nothingIsUnderWay() {
        await().until(() -> edge.inFlight("app", "app-1") == 0);
    }
}
