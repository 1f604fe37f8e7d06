package org.pinisi.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http3.DefaultHttp3Headers;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Turns heads of answers as HTTP/1.1 writes them into field sections of HTTP/3. Names and values were
/// checked before.
final class Http3Fields {
    private static final int FIRST_STATUS = 100;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int DATE_AT = "Date: ".length();
    private static final AsciiString DATE = AsciiString.cached("date");
    private static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    private static final AsciiString[] STATUS = statuses();

    private Http3Fields() {}

    private static AsciiString[] statuses() {
        AsciiString[] texts = new AsciiString[600 - FIRST_STATUS];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = AsciiString.cached(Integer.toString(FIRST_STATUS + i));
        }
        return texts;
    }

    static Http3Headers begin(int status) {
        boolean usual = status >= FIRST_STATUS && status < FIRST_STATUS + STATUS.length;
        return new DefaultHttp3Headers(false)
                .status(usual ? STATUS[status - FIRST_STATUS] : AsciiString.of(Integer.toString(status)));
    }

    static Http3Headers answer(ByteBuf text) {
        byte[] bytes = ByteBufUtil.getBytes(text);
        Http3Headers section = new DefaultHttp3Headers(false).status(new AsciiString(bytes, STATUS_AT, 3, false));
        add(section, bytes, HeaderText.indexOf(bytes, 0, (byte) '\n') + 1, bytes.length);
        return section;
    }

    /// Adds whole field lines, up to the empty one if there is one. The bytes must not change any more.
    static void add(Http3Headers section, byte[] lines, int from, int to) {
        for (int line = from;
                line < to && lines[line] != '\r';
                line = HeaderText.indexOf(lines, line, (byte) '\n') + 1) {
            int colon = HeaderText.indexOf(lines, line, (byte) ':');
            int begin = HeaderText.valueStart(lines, colon);
            add(section, lines, line, colon, begin, Math.max(begin, HeaderText.valueEnd(lines, colon)));
        }
    }

    /// Passes one field of a head on, which may be used again afterwards.
    static void add(Http3Headers section, Head head, int index) {
        int start = head.nameStart(index);
        int end = Math.max(head.nameEnd(index), head.valueEnd(index));
        byte[] line = Arrays.copyOfRange(head.bytes(), start, end);
        add(
                section,
                line,
                0,
                head.nameEnd(index) - start,
                head.valueStart(index) - start,
                head.valueEnd(index) - start);
    }

    private static void add(
            Http3Headers section, byte[] bytes, int nameStart, int nameEnd, int valueStart, int valueEnd) {
        switch (KnownField.of(bytes, nameStart, nameEnd)) {
            case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE, TE -> {
                // the connection's business (RFC 9114, section 4.2)
            }
            default -> {
                AsciiString name = new AsciiString(bytes, nameStart, nameEnd - nameStart, false).toLowerCase();
                section.add(name, new AsciiString(bytes, valueStart, valueEnd - valueStart, false));
            }
        }
    }

    /// Names and values in turn.
    static List<AsciiString> of(PreparedAnswer answer) {
        List<AsciiString> section = new ArrayList<>();
        for (Fields.Field field : answer.fields().all()) {
            if (HeaderBlock.isCarried(field.name())) {
                section.add(AsciiString.of(field.name()).toLowerCase());
                section.add(AsciiString.of(field.value()));
            }
        }
        if (answer.saysLength()) {
            section.add(CONTENT_LENGTH);
            section.add(AsciiString.of(Long.toString(answer.length())));
        }
        return List.copyOf(section);
    }

    /// The whole section of a prepared answer.
    static Http3Headers prepared(PreparedAnswer answer, HttpDate date) {
        Http3Headers section = begin(answer.status());
        byte[] line = date.line();
        section.add(DATE, new AsciiString(line, DATE_AT, line.length - DATE_AT - 2, false));
        List<AsciiString> fields = answer.section();
        for (int i = 0; i < fields.size(); i += 2) {
            section.add(fields.get(i), fields.get(i + 1));
        }
        return section;
    }

    static void trailers(Http3Headers section, Fields trailers) {
        for (Fields.Field field : trailers.all()) {
            if (HeaderBlock.isCarried(field.name())) {
                section.add(AsciiString.of(field.name()).toLowerCase(), AsciiString.of(field.value()));
            }
        }
    }
}
