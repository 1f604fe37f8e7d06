package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Messages through a server's whole pipeline, whole and in fragments of every size: what the handler sees and
/// what the client gets is the same, and nothing that follows a malformed message is ever taken for a request.
@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(LeakCheck.class)
final class ConformanceTest {
    private static final HttpLimits LIMITS = HttpLimits.defaults()
            .withHead(1024, 256, 20)
            .withBodyBytes(100)
            .withChunks(16, 64)
            .withTimes(Duration.ofSeconds(60), Duration.ofSeconds(60), Duration.ofSeconds(60));
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.1 (\\d{3}) [A-Z]");
    private static final String LAST = "GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    private static final String POST = "POST /p HTTP/1.1\r\nHost: h\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private MemoryServer server = MemoryServer.none();

    @BeforeAll
    void start() {
        server = MemoryServer.start(this::handle, LIMITS);
    }

    @AfterAll
    void stop() {
        server.close();
    }

    /// Notes what it sees; answers with the body, which it leaves alone below `/unread`.
    private Response handle(Request request) throws Exception {
        String name = request.method() + " " + request.target();
        if (request.rawPath().startsWith("/unread")) {
            seen.add(name);
            return Response.text(200, "unread");
        }
        try {
            String body = new String(request.bodyAsBytes(1000), StandardCharsets.ISO_8859_1);
            seen.add(body.isEmpty() ? name : name + " " + body);
            return Response.text(200, "body: " + body);
        } catch (HttpException e) {
            seen.add(name + " !" + e.status());
            throw e;
        }
    }

    private void expect(String text, List<Integer> statuses, List<String> requests) throws Exception {
        for (int size = text.length(); size >= 1; size--) {
            seen.clear();
            String answers = server.talk(text, size);

            assertThat(statuses(answers))
                    .as("in fragments of %s: %s", size, answers)
                    .isEqualTo(statuses);
            assertThat(List.copyOf(seen)).as("in fragments of %s", size).isEqualTo(requests);
        }
    }

    private static List<Integer> statuses(String answers) {
        return STATUS_LINE
                .matcher(answers)
                .results()
                .map(line -> Integer.valueOf(line.group(1)))
                .toList();
    }

    enum Good {
        PLAIN("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET /"),
        PIPELINED("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n", "GET /1", "GET /2"),
        EMPTY_LINE_BEFORE("\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET /"),
        EMPTY_LINE_BETWEEN(
                POST + "Content-Length: 1\r\n\r\nx\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", "POST /p x", "GET /"),
        QUERY("GET /a%20b?c=d%26&e=?/ HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a%20b?c=d%26&e=?/"),
        ABSOLUTE_FORM("GET http://h/x?y HTTP/1.1\r\nHost: h\r\n\r\n", "GET /x?y"),
        ABSOLUTE_FORM_WITHOUT_PATH("GET HTTP://H:80?q HTTP/1.1\r\nHost: h:80\r\n\r\n", "GET /?q"),
        ASTERISK("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "OPTIONS *"),
        HOST_IN_BRACKETS("GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", "GET /"),
        OWN_METHOD("M-SEARCH! / HTTP/1.1\r\nHost: h\r\n\r\n", "M-SEARCH! /"),
        KEPT_OLD_VERSION("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "GET /"),
        COUNTED_BODY(POST + "Content-Length: 5\r\n\r\nhello", "POST /p hello"),
        COUNT_WITH_ZEROS(POST + "Content-Length: 0005\r\n\r\nhello", "POST /p hello"),
        COUNT_WITH_BLANKS(POST + "Content-Length:\t 5 \t\r\n\r\nhello", "POST /p hello"),
        COUNT_OF_ZERO(POST + "Content-Length: 0\r\n\r\n", "POST /p"),
        BODY_OF_GET("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi", "GET / hi"),
        BODY_LIKE_A_REQUEST(
                POST + "Content-Length: 20\r\n\r\nGET /evil HTTP/1.1\r\n", "POST /p GET /evil HTTP/1.1\r\n"),
        NO_BODY_WITHOUT_COUNT(POST + "\r\n", "POST /p"),
        CHUNKS(CHUNKED + "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "POST /p hello!"),
        CHUNKS_WITH_ZEROS_AND_LETTERS(
                CHUNKED + "00A\r\n0123456789\r\n0a\r\n0123456789\r\n000\r\n\r\n", "POST /p 01234567890123456789"),
        CHUNK_EXTENSIONS(CHUNKED + "1;a=b\r\nx\r\n1;c=\"d\"\r\ny\r\n0;e\r\n\r\n", "POST /p xy"),
        TRAILERS(CHUNKED + "1\r\nx\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\n", "POST /p x"),
        NO_CHUNKS(CHUNKED + "0\r\n\r\n", "POST /p"),
        CHUNKED_IN_ANY_CASE(POST + "transfer-ENCODING: ChUnKeD\r\n\r\n1\r\nx\r\n0\r\n\r\n", "POST /p x"),
        NAMES_WITH_UNDERSCORE(POST + "Content_Length: 5\r\nTransfer_Encoding: chunked\r\n\r\n", "POST /p"),
        NAMES_WITH_SUFFIX(POST + "Content-Lengths: 5\r\nX-Transfer-Encoding: chunked\r\n\r\n", "POST /p"),
        OLD_TEXT_IN_A_VALUE("GET / HTTP/1.1\r\nHost: h\r\nX: \u00e9\u00ff\t z\r\n\r\n", "GET /"),
        EMPTY_VALUE("GET / HTTP/1.1\r\nHost: h\r\nX:\r\nY: \t\r\n\r\n", "GET /"),
        MANY_OPTIONS("GET / HTTP/1.1\r\nHost: h\r\nConnection: , x ,,keep-alive\r\nConnection: y\r\n\r\n", "GET /"),
        HOST_AS_OPTION("GET / HTTP/1.1\r\nHost: h\r\nConnection: host, content-length\r\n\r\n", "GET /"),
        UNKNOWN_UPGRADE("GET / HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: h2c, x\r\n\r\n", "GET /"),
        EXPECTATION_WITHOUT_BODY("GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n", "GET /"),
        EXPECTATION_OF_AN_OLD_PEER(
                "POST / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: x\r\nContent-Length: 1\r\n\r\nx", "POST / x"),
        UNREAD_COUNTED_BODY("POST /unread HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", "POST /unread"),
        UNREAD_CHUNKS(
                "POST /unread HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
                "POST /unread");

        final String text;
        final List<String> requests;

        Good(String text, String... requests) {
            this.text = text;
            this.requests = List.of(requests);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGoodMessageIsUnderstoodHoweverItComes(Good good) throws Exception {
        List<String> requests = new ArrayList<>(good.requests);
        requests.add("GET /last");

        expect(good.text + LAST, Collections.nCopies(requests.size(), 200), requests);
    }

    @ParameterizedTest
    @EnumSource
    void nothingBehindAMalformedHeadIsARequest(SmugglingTest.Malformed malformed) throws Exception {
        expect(malformed.text + LAST, List.of(malformed.status), List.of());
    }

    @ParameterizedTest
    @EnumSource
    void nothingBehindAMalformedBodyIsARequest(BodyDecoderTest.Malformed malformed) throws Exception {
        expect(CHUNKED + malformed.text + LAST, List.of(malformed.status), List.of("POST /p !" + malformed.status));
    }

    @ParameterizedTest
    @EnumSource
    void norBehindOneThatTheHandlerDoesNotRead(BodyDecoderTest.Malformed malformed) throws Exception {
        expect(CHUNKED.replace("/p", "/unread") + malformed.text + LAST, List.of(200), List.of("POST /unread"));
    }

    enum Attack {
        /// The bad one comes behind a good one: the good one is answered, and the connection closed.
        BEHIND_A_GOOD_ONE(
                "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /evil HTTP/1.1\r\nHost: h\nX: y\r\n\r\n",
                List.of(200, 400),
                "GET /1"),
        BEHIND_A_BODY(POST + "Content-Length: 1\r\n\r\nxGET /evil\r\n\r\n", List.of(200, 400), "POST /p x"),
        BODY_SHORTER_THAN_ITS_COUNT(
                POST + "Content-Length: 99\r\n\r\nGET /evil HTTP/1.1\r\nHost: h\r\n\r\n" + "x".repeat(68)
                        + "GET\r\n\r\n",
                List.of(200, 400),
                "POST /p GET /evil HTTP/1.1\r\nHost: h\r\n\r\n" + "x".repeat(68)),
        /// A front that believes the count would pass all on as one request.
        COUNT_AND_CHUNKS(
                POST
                        + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\nHost: h\r\n\r\n",
                List.of(400)),
        CHUNKS_AND_COUNT(
                POST
                        + "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\nGET /evil HTTP/1.1\r\n\r\n0\r\n\r\n",
                List.of(400)),
        CODING_IN_DISGUISE(POST + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", List.of(400)),
        CODING_IN_DISGUISE_BEHIND_A_GOOD_ONE(
                POST + "Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n\r\n0\r\n\r\n", List.of(400)),
        CODING_WITH_LEADING_COMMA(POST + "Transfer-Encoding: , chunked\r\n\r\n0\r\n\r\n", List.of(501)),
        CODING_WITH_TRAILING_COMMA(POST + "Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n", List.of(400)),
        CODING_WITH_HARD_SPACE(POST + "Transfer-Encoding: chunked\u00a0\r\n\r\n0\r\n\r\n", List.of(400)),
        CODING_IN_A_FOLDED_LINE(POST + "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", List.of(400)),
        CODING_BEHIND_A_BARE_LINE_FEED(POST + "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", List.of(400)),
        CODING_OF_AN_OLD_PEER(
                "POST /p HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                List.of(400)),
        COUNT_IN_WIDE_DIGITS(POST + "Content-Length: \u00b2\r\n\r\nxx", List.of(400)),
        COUNT_WITH_FRACTION(POST + "Content-Length: 5.0\r\n\r\nhello", List.of(400)),
        COUNT_WITH_EXPONENT(POST + "Content-Length: 1e1\r\n\r\nhello", List.of(400)),
        COUNT_WITH_UNDERSCORE(POST + "Content-Length: 1_0\r\n\r\nhello", List.of(400)),
        COUNT_OF_NINETEEN_DIGITS(POST + "Content-Length: 0000000000000000005\r\n\r\nhello", List.of(400)),
        COUNT_BEYOND_THE_LIMIT(POST + "Content-Length: 101\r\n\r\n" + "x".repeat(101), List.of(413)),
        TWO_COUNTS_OF_AN_OLD_PEER("POST /p HTTP/1.0\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", List.of(400)),
        CHUNK_SIZE_THAT_OVERFLOWS(CHUNKED + "10000000000000001\r\nx\r\n0\r\n\r\n", List.of(400), "POST /p !400"),
        CHUNK_SIZE_OF_MINUS_ONE(CHUNKED + "ffffffffffffffff\r\nx\r\n0\r\n\r\n", List.of(400), "POST /p !400"),
        CHUNK_SIZE_WITH_UNDERSCORE(CHUNKED + "1_0\r\nx\r\n0\r\n\r\n", List.of(400), "POST /p !400"),
        CHUNK_SIZE_IN_WIDE_DIGITS(CHUNKED + "\u00b2\r\nxx\r\n0\r\n\r\n", List.of(400), "POST /p !400"),
        CHUNK_EXTENSION_WITH_CARRIAGE_RETURN(CHUNKED + "1;a\rb\r\nx\r\n0\r\n\r\n", List.of(400), "POST /p !400"),
        CHUNK_EXTENSION_WITH_NUL(CHUNKED + "1;a\0\r\nx\r\n0\r\n\r\n", List.of(400), "POST /p !400"),
        CHUNKS_THAT_END_IN_A_HEAD(CHUNKED + "0\r\nGET /evil HTTP/1.1\r\nHost: h\r\n\r\n", List.of(400), "POST /p !400"),
        FIELDS_OF_FRAMING_IN_TRAILERS(
                CHUNKED + "0\r\nTransfer-Encoding: x\r\nHost: evil\r\n\r\nGET \r\n", List.of(200, 400), "POST /p"),
        OLD_PEER_WITHOUT_KEEPING("GET / HTTP/1.0\r\n\r\nGET /evil HTTP/1.0\r\n\r\n", List.of(200), "GET /"),
        CLOSE_AMONG_OPTIONS(
                "GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, CLOSE\r\n\r\nGET /evil HTTP/1.1\r\nHost: h\r\n\r\n",
                List.of(200),
                "GET /"),
        VERSION_ZERO_NINE("GET /evil\r\n", List.of(400)),
        UNKNOWN_EXPECTATION(POST + "Expect: 100-continue, x\r\nContent-Length: 1\r\n\r\nx", List.of(417)),
        UNREAD_EXPECTED_BODY(
                "POST /unread HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 41\r\n\r\n"
                        + "GET /evil HTTP/1.1\r\nHost: h\r\nX: 34567\r\n\r\n",
                List.of(200),
                "POST /unread"),
        CONNECT_THEN_REQUEST(
                "CONNECT h:1 HTTP/1.1\r\nHost: h:1\r\n\r\nGET /evil HTTP/1.1\r\nHost: h\r\n\r\n", List.of(501)),
        PREFACE_OF_HTTP2("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", List.of(505)),
        TLS("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", List.of(400)),
        HEAD_OF_MANY_FIELDS("GET / HTTP/1.1\r\nHost: h\r\n" + "A: b\r\n".repeat(30) + "\r\n", List.of(431)),
        HEAD_OF_ONE_LONG_NAME("GET / HTTP/1.1\r\nHost: h\r\n" + "a".repeat(1100), List.of(431)),
        TARGET_WITH_DOTS("GET /../evil HTTP/1.1\r\nHost: h\r\n\r\n", List.of(400)),
        TARGET_WITH_ENCODED_NUL("GET /%00evil HTTP/1.1\r\nHost: h\r\n\r\n", List.of(400));

        final String text;
        final List<Integer> statuses;
        final List<String> requests;

        Attack(String text, List<Integer> statuses, String... requests) {
            this.text = text;
            this.statuses = statuses;
            this.requests = List.of(requests);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAttackGetsNoSecondRequestThrough(Attack attack) throws Exception {
        expect(attack.text + LAST, attack.statuses, attack.requests);
    }
}
