package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Head;
import org.pinisi.http.HttpLimits;
import org.pinisi.http.KnownField;

/// W3C Trace Context, level 1, and X-Request-ID.
final class TraceTest {
    private static final String VALID = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    private final Trace trace = new Trace(new SplittableRandom(1));

    private static Head head(String... fields) {
        Head head = Head.forRequests(HttpLimits.defaults());
        ByteBuf bytes = Unpooled.copiedBuffer(
                "GET / HTTP/1.1\r\nHost: a.test\r\n" + String.join("\r\n", fields)
                        + (fields.length == 0 ? "\r\n" : "\r\n\r\n"),
                ISO_8859_1);
        assertThat(head.parse(bytes)).isTrue();
        bytes.release();
        return head;
    }

    private String read(TraceRule mode, String... fields) {
        trace.clear();
        trace.read(head(fields), mode);
        ByteBuf out = Unpooled.buffer();
        trace.write(out);
        assertThat(out.readableBytes()).isEqualTo(trace.room());
        String written = out.toString(ISO_8859_1);
        out.release();
        return written;
    }

    private String traceId() {
        LineBuffer out = new LineBuffer();
        trace.addTraceId(out);
        return new String(out.bytes(), 0, out.length(), ISO_8859_1);
    }

    private boolean drops(KnownField field) {
        return trace.drops(field);
    }

    @Test
    void aValidTraceIsPassedOnUnchanged() {
        assertThat(read(TraceRule.PASS, VALID, "tracestate: a=1, b@vendor=x y")).isEmpty();
        assertThat(drops(KnownField.TRACEPARENT)).isFalse();
        assertThat(drops(KnownField.TRACESTATE)).isFalse();
        assertThat(traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-ever",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00",
            })
    void aLaterVersionMayHaveMoreAtItsEnd(String value) {
        assertThat(read(TraceRule.PASS, "traceparent: " + value)).isEmpty();
        assertThat(drops(KnownField.TRACEPARENT)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.what",
                "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319g-b7ad6b7169203331-01",
                "",
                "nonsense",
            })
    void aMalformedTraceIsReplacedAndItsStateGoesWithIt(String value) {
        assertThat(read(TraceRule.PASS, "traceparent: " + value, "tracestate: a=1"))
                .matches("traceparent: 00-[0-9a-f]{32}-[0-9a-f]{16}-01\r\n");
        assertThat(drops(KnownField.TRACEPARENT)).isTrue();
        assertThat(drops(KnownField.TRACESTATE)).isTrue();
    }

    @Test
    void twoTracesAreNone() {
        assertThat(read(TraceRule.PASS, VALID, VALID)).startsWith("traceparent: 00-");
        assertThat(drops(KnownField.TRACEPARENT)).isTrue();
    }

    @Test
    void aStateWithoutATraceIsDropped() {
        assertThat(read(TraceRule.PASS, "tracestate: a=1")).isEmpty();
        assertThat(drops(KnownField.TRACESTATE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a=", "A=1", "=1", "a=b=c", "a=1;b=2\u00e4"})
    void aMalformedStateGoesAlone(String state) {
        assertThat(read(TraceRule.PASS, VALID, "tracestate: " + state)).isEmpty();
        assertThat(drops(KnownField.TRACEPARENT)).isFalse();
        assertThat(drops(KnownField.TRACESTATE)).isTrue();
    }

    @Test
    void aStateMayHave32MembersInSeveralFields() {
        String sixteen = "tracestate: " + "k=v,".repeat(15) + "k=v";
        read(TraceRule.PASS, VALID, sixteen, sixteen);
        assertThat(drops(KnownField.TRACESTATE)).isFalse();
        read(TraceRule.PASS, VALID, sixteen, sixteen, "tracestate: one=more");
        assertThat(drops(KnownField.TRACESTATE)).isTrue();
    }

    @Test
    void withoutAnyFieldNothingIsDone() {
        assertThat(read(TraceRule.PASS)).isEmpty();
        assertThat(trace.hasTraceId()).isFalse();
        assertThat(trace.hasRequestId()).isFalse();
    }

    @Test
    void aRouteThatStartsTracesMakesWhatIsMissing() {
        String first = read(TraceRule.START);
        assertThat(first)
                .matches("traceparent: 00-([0-9a-f]{32})-[0-9a-f]{16}-01\r\nX-Request-ID: \\1\r\n")
                .contains(traceId());
        assertThat(read(TraceRule.START)).isNotEqualTo(first);
        assertThat(read(TraceRule.START, VALID, "X-Request-ID: mine")).isEmpty();
    }

    @Test
    void aRequestIdIsKept() {
        assertThat(read(TraceRule.PASS, "X-Request-ID: 7f2c_A.b~1+/=:@-")).isEmpty();
        assertThat(trace.requestId()).isEqualTo("7f2c_A.b~1+/=:@-");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"><script>", "a b", "", "\u00e4", "x\ty"})
    void aRequestIdThatCouldDoHarmIsReplaced(String id) {
        assertThat(read(TraceRule.PASS, "X-Request-ID: " + id)).matches("X-Request-ID: [0-9a-f]{32}\r\n");
        assertThat(drops(KnownField.X_REQUEST_ID)).isTrue();
    }

    @Test
    void aRequestIdThatIsTooLongIsReplaced() {
        assertThat(read(TraceRule.PASS, "X-Request-ID: " + "x".repeat(200))).isEmpty();
        assertThat(read(TraceRule.PASS, "X-Request-ID: " + "x".repeat(201))).isNotEmpty();
    }

    @Test
    void offLooksAtNothing() {
        assertThat(read(TraceRule.OFF, "traceparent: nonsense", "X-Request-ID: \""))
                .isEmpty();
        assertThat(drops(KnownField.TRACEPARENT)).isFalse();
        assertThat(drops(KnownField.X_REQUEST_ID)).isFalse();
        assertThat(trace.hasRequestId()).isFalse();
    }
}
