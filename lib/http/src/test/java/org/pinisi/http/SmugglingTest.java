package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Malformed messages by which one party could be made to see another message than the next one.
@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
final class SmugglingTest {
    private static final HttpLimits LIMITS =
            HttpLimits.defaults().withHead(1024, 256, 20).withBodyBytes(1 << 20);

    enum Malformed {
        BARE_LINE_FEED_AFTER_THE_REQUEST_LINE(400, "GET / HTTP/1.1\nHost: h\r\n\r\n"),
        BARE_LINE_FEED_AFTER_A_FIELD(400, "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n"),
        BARE_LINE_FEED_AT_THE_END(400, "GET / HTTP/1.1\r\nHost: h\r\n\n"),
        BARE_CARRIAGE_RETURN_IN_A_VALUE(400, "GET / HTTP/1.1\r\nHost: h\r\nX: a\rTransfer-Encoding: chunked\r\n\r\n"),
        BARE_CARRIAGE_RETURN_AFTER_THE_VERSION(400, "GET / HTTP/1.1\rHost: h\r\n\r\n"),
        BARE_CARRIAGE_RETURN_AT_THE_END(400, "GET / HTTP/1.1\r\nHost: h\r\n\rX"),
        BARE_CARRIAGE_RETURN_FIRST(400, "\rGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        TWO_EMPTY_LINES_FIRST(400, "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
        FOLDED_FIELD(400, "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b\r\n\r\n"),
        FOLDED_BY_TAB(400, "GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n\tb\r\n\r\n"),
        SPACE_BEFORE_THE_FIRST_FIELD(400, "GET / HTTP/1.1\r\n Host: h\r\n\r\n"),
        SPACE_BEFORE_THE_COLON(400, "GET / HTTP/1.1\r\nHost: h\r\nContent-Length : 5\r\n\r\n"),
        TAB_BEFORE_THE_COLON(400, "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding\t: chunked\r\n\r\n"),
        FIELD_WITHOUT_NAME(400, "GET / HTTP/1.1\r\nHost: h\r\n: x\r\n\r\n"),
        FIELD_WITHOUT_COLON(400, "GET / HTTP/1.1\r\nHost: h\r\nX\r\n\r\n"),
        NUL_IN_A_NAME(400, "GET / HTTP/1.1\r\nHost: h\r\nX\0: y\r\n\r\n"),
        NUL_IN_A_VALUE(400, "GET / HTTP/1.1\r\nHost: h\r\nX: y\0\r\n\r\n"),
        DELETE_IN_A_LONG_VALUE(400, "GET / HTTP/1.1\r\nHost: h\r\nX: abcdefghijkl\u007fmnop\r\n\r\n"),
        VERTICAL_TAB_IN_A_VALUE(400, "GET / HTTP/1.1\r\nHost: h\r\nX: 1234567\u000b9\r\n\r\n"),
        NUL_IN_THE_TARGET(400, "GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n"),
        EIGHT_BIT_IN_THE_TARGET(400, "GET /\u00e9 HTTP/1.1\r\nHost: h\r\n\r\n"),
        EIGHT_BIT_IN_A_NAME(400, "GET / HTTP/1.1\r\nHost: h\r\nX\u00e9: y\r\n\r\n"),
        FRAGMENT_IN_THE_TARGET(400, "GET /#x HTTP/1.1\r\nHost: h\r\n\r\n"),
        TAB_IN_THE_REQUEST_LINE(400, "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n"),
        TWO_SPACES_BEFORE_THE_TARGET(400, "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"),
        TWO_SPACES_BEFORE_THE_VERSION(400, "GET /  HTTP/1.1\r\nHost: h\r\n\r\n"),
        SPACE_AFTER_THE_VERSION(400, "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"),
        NO_VERSION(400, "GET /\r\nHost: h\r\n\r\n"),
        LOWER_CASE_VERSION(400, "GET / http/1.1\r\nHost: h\r\n\r\n"),
        VERSION_ZERO_NINE(505, "GET / HTTP/0.9\r\nHost: h\r\n\r\n"),
        VERSION_ONE_TWO(505, "GET / HTTP/1.2\r\nHost: h\r\n\r\n"),
        VERSION_TWO(505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        NO_HOST(400, "GET / HTTP/1.1\r\nX: y\r\n\r\n"),
        TWO_HOSTS(400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        TWO_EQUAL_HOSTS(400, "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"),
        EMPTY_HOST(400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
        HOST_LIST(400, "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"),
        HOST_WITH_USER(400, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
        HOST_WITH_PATH(400, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
        HOST_WITH_BAD_PORT(400, "GET / HTTP/1.1\r\nHost: a:80x\r\n\r\n"),
        HOST_WITH_HUGE_PORT(400, "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
        HOST_WITH_OPEN_BRACKET(400, "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n"),
        HOST_OTHER_THAN_THE_TARGETS(400, "GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n"),
        TARGET_WITH_USER(400, "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        TARGET_OF_ANOTHER_SCHEME(400, "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"),
        TARGET_WITHOUT_SLASH(400, "GET index.html HTTP/1.1\r\nHost: a\r\n\r\n"),
        ASTERISK_WITH_GET(400, "GET * HTTP/1.1\r\nHost: a\r\n\r\n"),
        CONNECT_WITHOUT_PORT(400, "CONNECT a HTTP/1.1\r\nHost: a\r\n\r\n"),
        CONNECT_WITH_BODY(400, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 3\r\n\r\n"),
        LENGTH_AND_CHUNKED(400, post("Content-Length: 5\r\nTransfer-Encoding: chunked")),
        CHUNKED_AND_LENGTH(400, post("Transfer-Encoding: chunked\r\nContent-Length: 5")),
        TWO_LENGTHS(400, post("Content-Length: 5\r\nContent-Length: 6")),
        TWO_EQUAL_LENGTHS(400, post("Content-Length: 5\r\nContent-Length: 5")),
        LENGTH_LIST(400, post("Content-Length: 5, 5")),
        NEGATIVE_LENGTH(400, post("Content-Length: -5")),
        SIGNED_LENGTH(400, post("Content-Length: +5")),
        EMPTY_LENGTH(400, post("Content-Length: ")),
        HEXADECIMAL_LENGTH(400, post("Content-Length: 0x5")),
        LENGTH_BEYOND_LONG(400, post("Content-Length: 99999999999999999999")),
        LENGTH_WITH_SPACE(400, post("Content-Length: 5 6")),
        TWO_CODINGS(400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked")),
        CHUNKED_TWICE(400, post("Transfer-Encoding: chunked, chunked")),
        CHUNKED_NOT_LAST(400, post("Transfer-Encoding: chunked, gzip")),
        IDENTITY_CODING(400, post("Transfer-Encoding: identity")),
        EMPTY_CODING(400, post("Transfer-Encoding: ")),
        QUOTED_CODING(400, post("Transfer-Encoding: \"chunked\"")),
        CODING_WITH_VERTICAL_TAB(400, post("Transfer-Encoding: \u000bchunked")),
        CODING_WITH_PARAMETER(400, post("Transfer-Encoding: chunked;x=1")),
        UNKNOWN_CODING(501, post("Transfer-Encoding: gzip, chunked")),
        CHUNKED_IN_AN_OLD_VERSION(400, "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"),
        UNKNOWN_EXPECTATION(417, post("Expect: 200-ok")),
        LONG_TARGET(414, "GET /" + "x".repeat(300) + " HTTP/1.1\r\nHost: h\r\n\r\n"),
        LONG_METHOD(501, "X".repeat(40) + " / HTTP/1.1\r\nHost: h\r\n\r\n"),
        LONG_HEAD(431, "GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(2000) + "\r\n\r\n"),
        MANY_FIELDS(431, "GET / HTTP/1.1\r\nHost: h\r\n" + "X: y\r\n".repeat(20) + "\r\n");

        final int status;
        final String text;

        Malformed(int status, String text) {
            this.status = status;
            this.text = text;
        }

        private static String post(String fields) {
            return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n\r\n";
        }
    }

    @ParameterizedTest
    @EnumSource
    void isRefusedHoweverItComes(Malformed message) {
        for (int size = 1; size <= message.text.length(); size++) {
            HttpException refusal = Bytes.refusal(Head.forRequests(LIMITS), message.text, size);

            assertThat(refusal == null ? 0 : refusal.status())
                    .as("in fragments of %s: %s", size, refusal)
                    .isEqualTo(message.status);
        }
    }

    enum MalformedAnswer {
        NO_VERSION("200 OK\r\n\r\n"),
        TWO_DIGITS("HTTP/1.1 20 OK\r\n\r\n"),
        FOUR_DIGITS("HTTP/1.1 2000 OK\r\n\r\n"),
        CODE_ZERO("HTTP/1.1 000 OK\r\n\r\n"),
        NUL_IN_THE_REASON("HTTP/1.1 200 O\0K\r\n\r\n"),
        BARE_LINE_FEED("HTTP/1.1 200 OK\n\r\n"),
        TWO_LENGTHS("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n"),
        LENGTH_AND_CHUNKED("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
        FOLDED("HTTP/1.1 200 OK\r\nX: a\r\n b\r\n\r\n");

        final String text;

        MalformedAnswer(String text) {
            this.text = text;
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerIsRefusedHoweverItComes(MalformedAnswer message) {
        for (int size = 1; size <= message.text.length(); size++) {
            HttpException refusal = Bytes.refusal(Head.forAnswers(LIMITS), message.text, size);

            assertThat(refusal).as("in fragments of %s", size).isNotNull();
        }
    }
}
