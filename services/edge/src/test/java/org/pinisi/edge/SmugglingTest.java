package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Requests by which a client could make the upstream see another request than the edge does: each is
/// refused, or passed on so that there is one way only to read it; whole, and in fragments of every size.
///
/// The smuggled request asks for `/smuggled`; whatever the upstream believes, it must never see that.
@Timeout(300)
@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
final class SmugglingTest {
    private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked";

    /// What is sent, and the status that it gets.
    enum Refused {
        LENGTH_THEN_CHUNKED(400, post("Content-Length: 6\r\n" + CHUNKED) + "0\r\n\r\n" + SMUGGLED),
        CHUNKED_THEN_LENGTH(400, post(CHUNKED + "\r\nContent-Length: 4") + "5c\r\n" + SMUGGLED + "\r\n0\r\n\r\n"),
        LENGTH_OF_ZERO_AND_CHUNKED(400, post("Content-Length: 0\r\n" + CHUNKED) + "0\r\n\r\n" + SMUGGLED),
        CHUNKED_TWICE_IN_TWO_FIELDS(400, post(CHUNKED + "\r\n" + CHUNKED) + "0\r\n\r\n" + SMUGGLED),
        CHUNKED_AND_IDENTITY_IN_TWO_FIELDS(400, post(CHUNKED + "\r\nTransfer-Encoding: identity") + SMUGGLED),
        CHUNKED_TWICE_IN_A_LIST(400, post("Transfer-Encoding: chunked, chunked") + SMUGGLED),
        CHUNKED_THEN_IDENTITY(400, post("Transfer-Encoding: chunked, identity") + SMUGGLED),
        IDENTITY_THEN_CHUNKED(501, post("Transfer-Encoding: identity, chunked") + "0\r\n\r\n" + SMUGGLED),
        UNKNOWN_CODING(501, post("Transfer-Encoding: cow, chunked") + "0\r\n\r\n" + SMUGGLED),
        UNKNOWN_CODING_WITH_LENGTH(400, post("Transfer-Encoding: cow\r\nContent-Length: 4") + SMUGGLED),
        CODING_WITH_X_BEFORE(400, post("Transfer-Encoding: xchunked") + SMUGGLED),
        CODING_IN_QUOTES(400, post("Transfer-Encoding: \"chunked\"") + SMUGGLED),
        CODING_WITH_PARAMETER(400, post("Transfer-Encoding: chunked;q=0.5") + SMUGGLED),
        CODING_WITH_VERTICAL_TAB(400, post("Transfer-Encoding:\u000bchunked") + SMUGGLED),
        CODING_WITH_NUL(400, post("Transfer-Encoding: chunked\0") + SMUGGLED),
        CODING_NAME_WITH_SPACE(400, post("Transfer-Encoding : chunked") + "0\r\n\r\n" + SMUGGLED),
        CODING_NAME_WITH_TAB(400, post("Transfer-Encoding\t: chunked") + "0\r\n\r\n" + SMUGGLED),
        CODING_FOLDED(400, post("Transfer-Encoding:\r\n chunked") + "0\r\n\r\n" + SMUGGLED),
        CODING_HIDDEN_BY_A_FOLD(400, post("X: y\r\n " + CHUNKED) + "0\r\n\r\n" + SMUGGLED),
        CODING_BEHIND_A_BARE_CARRIAGE_RETURN(400, post("X: y\r" + CHUNKED) + "0\r\n\r\n" + SMUGGLED),
        CODING_BEHIND_A_BARE_LINE_FEED(400, post("X: y\n" + CHUNKED) + "0\r\n\r\n" + SMUGGLED),
        EMPTY_CODING(400, post("Transfer-Encoding:") + SMUGGLED),
        TWO_LENGTHS(400, post("Content-Length: 0\r\nContent-Length: 46") + SMUGGLED),
        TWO_EQUAL_LENGTHS(400, post("Content-Length: 46\r\nContent-Length: 46") + SMUGGLED),
        LENGTH_LIST(400, post("Content-Length: 0, 46") + SMUGGLED),
        SIGNED_LENGTH(400, post("Content-Length: +46") + SMUGGLED),
        NEGATIVE_LENGTH(400, post("Content-Length: -1") + SMUGGLED),
        LENGTH_WITH_SPACE_WITHIN(400, post("Content-Length: 4 6") + SMUGGLED),
        HEXADECIMAL_LENGTH(400, post("Content-Length: 0x2e") + SMUGGLED),
        LENGTH_WITH_FRACTION(400, post("Content-Length: 46.0") + SMUGGLED),
        LENGTH_BEYOND_ALL_NUMBERS(400, post("Content-Length: 18446744073709551616") + SMUGGLED),
        LENGTH_BEYOND_THE_LIMIT(413, post("Content-Length: 999999999999") + SMUGGLED),
        EMPTY_LENGTH(400, post("Content-Length:") + SMUGGLED),
        LENGTH_NAME_WITH_SPACE(400, post("Content-Length : 46") + SMUGGLED),
        LENGTH_FOLDED(400, post("Content-Length:\r\n 46") + SMUGGLED),
        SPACE_BEFORE_THE_FIRST_FIELD(400, "GET / HTTP/1.1\r\n Host: app.test\r\n\r\n" + SMUGGLED),
        FIELD_WITHOUT_COLON(400, get("Host: app.test\r\nX") + SMUGGLED),
        FIELD_WITHOUT_NAME(400, get("Host: app.test\r\n: x") + SMUGGLED),
        NAME_WITH_NUL(400, get("Host: app.test\r\nX\0Y: z") + SMUGGLED),
        NAME_IN_EIGHT_BITS(400, get("Host: app.test\r\nX\u00ff: z") + SMUGGLED),
        NAME_WITH_SLASH(400, get("Host: app.test\r\nX/Y: z") + SMUGGLED),
        VALUE_WITH_NUL(400, get("Host: app.test\r\nX: a\0b") + SMUGGLED),
        VALUE_WITH_BARE_CARRIAGE_RETURN(400, get("Host: app.test\r\nX: a\rGET /smuggled HTTP/1.1") + SMUGGLED),
        BARE_LINE_FEEDS_ONLY(400, "GET / HTTP/1.1\nHost: app.test\n\n" + SMUGGLED),
        BARE_LINE_FEED_BEFORE_THE_BODY(400, "GET / HTTP/1.1\r\nHost: app.test\r\n\n" + SMUGGLED),
        TWO_HOSTS(400, get("Host: app.test\r\nHost: other.test") + SMUGGLED),
        TWO_EQUAL_HOSTS(400, get("Host: app.test\r\nHost: app.test") + SMUGGLED),
        HOST_LIST(400, get("Host: app.test, other.test") + SMUGGLED),
        HOST_WITH_SPACE(400, get("Host: app.test other.test") + SMUGGLED),
        HOST_WITH_USER(400, get("Host: app.test@other.test") + SMUGGLED),
        HOST_WITH_TWO_PORTS(400, get("Host: app.test:80:80") + SMUGGLED),
        HOST_NAME_WITH_SPACE(400, get("Host : app.test") + SMUGGLED),
        NO_HOST(400, get("X: y") + SMUGGLED),
        HOST_OTHER_THAN_THE_TARGETS(400, "GET http://other.test/ HTTP/1.1\r\nHost: app.test\r\n\r\n" + SMUGGLED),
        TARGET_WITH_SPACE(400, "GET / /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n" + SMUGGLED),
        TARGET_WITH_LINE_FEED(400, "GET /\nX: y HTTP/1.1\r\nHost: app.test\r\n\r\n" + SMUGGLED),
        TARGET_WITH_NUL(400, "GET /\0 HTTP/1.1\r\nHost: app.test\r\n\r\n" + SMUGGLED),
        TARGET_WITH_FRAGMENT(400, "GET /#x HTTP/1.1\r\nHost: app.test\r\n\r\n" + SMUGGLED),
        VERSION_ZERO_NINE(400, "GET /\r\nHost: app.test\r\n\r\n" + SMUGGLED),
        VERSION_ZERO_NINE_SAID(505, "GET / HTTP/0.9\r\nHost: app.test\r\n\r\n" + SMUGGLED),
        VERSION_TO_COME(505, "GET / HTTP/1.9\r\nHost: app.test\r\n\r\n" + SMUGGLED),
        VERSION_WITH_SPACE(400, "GET / HTTP/1.1 \r\nHost: app.test\r\n\r\n" + SMUGGLED),
        OLD_VERSION_WITH_CHUNKS(
                400, "POST / HTTP/1.0\r\nHost: app.test\r\n" + CHUNKED + "\r\n\r\n0\r\n\r\n" + SMUGGLED),
        CONNECT_WITH_BODY(400, "CONNECT app.test:80 HTTP/1.1\r\nHost: app.test:80\r\nContent-Length: 9\r\n\r\n"),
        CONNECT_AS_A_TUNNEL(501, "CONNECT app.test:80 HTTP/1.1\r\nHost: app.test:80\r\n\r\n" + SMUGGLED),
        EXPECTATION_UNKNOWN(417, post("Expect: 100-continue, x\r\nContent-Length: 4") + SMUGGLED),
        CHUNK_SIZE_OF_SEVENTEEN_DIGITS(400, post(CHUNKED) + "10000000000000000\r\n" + SMUGGLED),
        CHUNK_SIZE_NEGATIVE(400, post(CHUNKED) + "-1\r\n" + SMUGGLED),
        CHUNK_SIZE_SIGNED(400, post(CHUNKED) + "+0\r\n\r\n" + SMUGGLED),
        CHUNK_SIZE_WITH_PREFIX(400, post(CHUNKED) + "0x0\r\n\r\n" + SMUGGLED),
        CHUNK_SIZE_WITH_UNDERSCORE(400, post(CHUNKED) + "0_0\r\n\r\n" + SMUGGLED),
        CHUNK_SIZE_WITH_SPACE_BEFORE(400, post(CHUNKED) + " 0\r\n\r\n" + SMUGGLED),
        CHUNK_SIZE_WITH_SPACE_AFTER(400, post(CHUNKED) + "0 \r\n\r\n" + SMUGGLED),
        CHUNK_SIZE_EMPTY(400, post(CHUNKED) + "\r\n\r\n" + SMUGGLED),
        CHUNK_SIZE_ENDED_BY_LINE_FEED(400, post(CHUNKED) + "0\n\r\n" + SMUGGLED),
        CHUNK_SIZE_ENDED_BY_CARRIAGE_RETURN(400, post(CHUNKED) + "0\rX\r\n" + SMUGGLED),
        CHUNK_LONGER_THAN_ITS_SIZE(400, post(CHUNKED) + "1\r\nab\r\n0\r\n\r\n" + SMUGGLED),
        CHUNK_ENDED_BY_LINE_FEED(400, post(CHUNKED) + "1\r\na\n0\r\n\r\n" + SMUGGLED),
        CHUNK_EXTENSION_WITH_LINE_FEED(400, post(CHUNKED) + "0;x\n\r\n" + SMUGGLED),
        CHUNK_EXTENSION_WITH_CARRIAGE_RETURN(400, post(CHUNKED) + "0;x\ry\r\n\r\n" + SMUGGLED),
        CHUNK_EXTENSION_HUGE(400, post(CHUNKED) + "0;" + "x".repeat(20_000) + "\r\n\r\n" + SMUGGLED),
        TRAILER_WITH_SPACE_BEFORE_THE_COLON(400, post(CHUNKED) + "0\r\nX : y\r\n\r\n" + SMUGGLED),
        TRAILER_FOLDED(400, post(CHUNKED) + "0\r\nX: y\r\n z\r\n\r\n" + SMUGGLED),
        TRAILER_WITHOUT_COLON(400, post(CHUNKED) + "0\r\nGET /smuggled HTTP/1.1\r\n\r\n"),
        TRAILERS_HUGE(431, post(CHUNKED) + "0\r\nX: " + "y".repeat(40_000) + "\r\n\r\n" + SMUGGLED),
        HTTP2_PREFACE_AFTER_A_REQUEST(505, get("Host: app.test") + "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + SMUGGLED);

        final int status;
        final String text;

        Refused(int status, String text) {
            this.status = status;
            this.text = text;
        }
    }

    /// What is sent, and the targets that the upstream may see; the edge answers each of them.
    enum Passed {
        BODY_THAT_LOOKS_LIKE_A_REQUEST(post("Content-Length: 42") + SMUGGLED, "/"),
        CHUNKS_THAT_LOOK_LIKE_A_REQUEST(post(CHUNKED) + "2a\r\n" + SMUGGLED + "\r\n0\r\n\r\n", "/"),
        UPPER_CASE_CODING(post("TRANSFER-ENCODING: CHUNKED") + "1\r\na\r\n0\r\n\r\n", "/"),
        CODING_WITH_TABS_AROUND(post("Transfer-Encoding: \tchunked\t") + "1\r\na\r\n0\r\n\r\n", "/"),
        CONNECTION_NAMES_THE_LENGTH(post("Content-Length: 42\r\nConnection: Content-Length") + SMUGGLED, "/"),
        CONNECTION_NAMES_THE_CODING(
                post(CHUNKED + "\r\nConnection: transfer-encoding") + "2a\r\n" + SMUGGLED + "\r\n0\r\n\r\n", "/"),
        CONNECTION_NAMES_THE_HOST(get("Host: app.test\r\nConnection: Host"), "/"),
        CONNECTION_NAMES_WHAT_WE_ADD(get("Host: app.test\r\nConnection: X-Forwarded-For, X-Real-IP"), "/"),
        UPGRADE_TO_HTTP_2_IN_CLEAR(
                get(
                        "Host: app.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__"),
                "/"),
        UPGRADE_NOT_NAMED_BY_CONNECTION(get("Host: app.test\r\nUpgrade: websocket"), "/"),
        NAME_WITH_UNDERSCORES(post("Content_Length: 42\r\nContent-Length: 0"), "/"),
        CHUNK_EXTENSION(post(CHUNKED) + "1;x=\"y\"\r\na\r\n0;z\r\n\r\n", "/"),
        CHUNK_SIZE_WITH_ZEROS_BEFORE(post(CHUNKED) + "00001\r\na\r\n000\r\n\r\n", "/"),
        TRAILER_THAT_FRAMES(post(CHUNKED) + "0\r\nContent-Length: 42\r\nTransfer-Encoding: x\r\n\r\n", "/"),
        ABSOLUTE_TARGET("GET http://app.test/a HTTP/1.1\r\nHost: app.test\r\n\r\n", "/a"),
        EMPTY_LINE_FIRST("\r\n" + get("Host: app.test"), "/"),
        GET_WITH_A_BODY(get("Host: app.test\r\nContent-Length: 42") + SMUGGLED, "/"),
        EXPECTATION_WITHOUT_WAITING(post("Expect: 100-continue\r\nContent-Length: 42") + SMUGGLED, "/"),
        REQUESTS_SENT_AHEAD(
                get("Host: app.test") + post("Content-Length: 1") + "a" + get("Host: app.test"), "/", "/", "/");

        final String text;
        final List<String> targets;

        Passed(String text, String... targets) {
            this.text = text;
            this.targets = List.of(targets);
        }
    }

    private static Witness witness;
    private static EdgeFixture edge;
    private static Wire bystander;

    private static String post(String fields) {
        return "POST / HTTP/1.1\r\nHost: app.test\r\n" + fields + "\r\n\r\n";
    }

    private static String get(String fields) {
        return "GET / HTTP/1.1\r\n" + fields + "\r\n\r\n";
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
    void isRefusedHoweverItComes(Refused message) throws IOException {
        for (int size : sizes(message.text)) {
            witness.forget();
            try (Wire wire = edge.connect()) {
                wire.sendInPieces(message.text, size);
                int status = wire.answer().status();
                // A request before the malformed one has its own answer first.
                if (status == 200) {
                    status = wire.answer().status();
                }
                assertThat(status).as("in fragments of %s", size).isEqualTo(message.status);
                assertThat(wire.isEnded())
                        .as("closed, in fragments of %s", size)
                        .isTrue();
            }
            nothingWasSmuggled(size);
            theNextClientIsServed(size);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isPassedOnInOneMeaningHoweverItComes(Passed message) throws IOException {
        for (int size : sizes(message.text)) {
            witness.forget();
            try (Wire wire = edge.connect()) {
                wire.sendInPieces(message.text, size);
                for (String target : message.targets) {
                    Wire.Answer answer = wire.answer();
                    assertThat(answer.status()).as("in fragments of %s", size).isEqualTo(200);
                    assertThat(answer.body()).as("in fragments of %s", size).isEqualTo(target);
                }
                // Nothing may be left of it that would be taken for the next request.
                assertThat(wire.get("app.test", "/own").answer().body())
                        .as("in fragments of %s", size)
                        .isEqualTo("/own");
            }
            nothingWasSmuggled(size);
            for (Witness.Belief belief : Witness.Belief.values()) {
                assertThat(witness.targets(belief).stream().filter(target -> !target.equals("/own")))
                        .as("seen by %s, in fragments of %s", belief, size)
                        .containsExactlyElementsOf(message.targets);
            }
            theNextClientIsServed(size);
        }
    }

    /// Every size of a short message; of a long one, those around its ends.
    private static List<Integer> sizes(String text) {
        int length = text.length();
        return IntStream.rangeClosed(1, length)
                .filter(size -> length < 1000 || size >= length - 1 || size == 1000)
                .boxed()
                .toList();
    }

    private static void nothingWasSmuggled(int size) {
        for (Witness.Belief belief : Witness.Belief.values()) {
            assertThat(witness.targets(belief))
                    .as("seen by %s, in fragments of %s", belief, size)
                    .doesNotContain("/smuggled");
        }
    }

    private static void theNextClientIsServed(int size) throws IOException {
        assertThat(bystander.get("app.test", "/next").answer().body())
                .as("after fragments of %s", size)
                .isEqualTo("/next");
    }

    @AfterEach
    void nothingIsUnderWay() {
        Awaitility.await().until(() -> edge.inFlight("app", "app-1") == 0);
    }
}
