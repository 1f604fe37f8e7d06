package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("StringConcatToTextBlock") // carriage returns matter
final class BodyDecoderTest {
    private static final HttpLimits LIMITS =
            HttpLimits.defaults().withBodyBytes(100).withChunks(16, 64);
    private static final String CHUNKED =
            "5\r\nhello\r\n00b;ext=\"1\"\r\n, wonderful\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n";

    @Test
    void chunksAreDecodedFromFragmentsOfEverySize() {
        for (int size = 1; size <= CHUNKED.length(); size++) {
            BodyDecoder decoder = new BodyDecoder(LIMITS);
            decoder.start(Framing.CHUNKED, -1);

            assertThat(decode(decoder, CHUNKED + "GET", size)).isEqualTo("hello, wonderful! rest=3");
            assertThat(decoder.received()).isEqualTo(17);
        }
    }

    @Test
    void rawChunksAreCountedInFragmentsOfEverySize() {
        String text = CHUNKED.replace("X-Sum: 1\r\nY:\r\n", "");
        for (int size = 1; size <= text.length(); size++) {
            BodyDecoder decoder = new BodyDecoder(LIMITS);
            decoder.start(Framing.CHUNKED, -1);

            assertThat(advance(decoder, Bytes.of(text + "GET"), size)).isEqualTo(text.length());
            assertThat(decoder.isComplete()).isTrue();
            assertThat(decoder.areTrailersNext()).isFalse();
        }
    }

    @Test
    void rawChunksStopBeforeTrailersWhichAreDecoded() {
        for (int size = 1; size <= CHUNKED.length(); size++) {
            BodyDecoder decoder = new BodyDecoder(LIMITS);
            decoder.start(Framing.CHUNKED, -1);
            ByteBuf in = Bytes.of(CHUNKED + "GET");

            assertThat(advance(decoder, in, size)).isEqualTo(CHUNKED.indexOf("X-Sum"));
            assertThat(decoder.areTrailersNext()).isTrue();
            decoder.skip(in);
            assertThat(decoder.isComplete()).isTrue();
            assertThat(decoder.trailers()).isEqualTo(Fields.of("X-Sum", "1", "Y", ""));
            assertThat(in.readableBytes()).isEqualTo(3);
        }
    }

    /// Advances in steps of at most `size` bytes, up to the body's end or its trailers.
    private static int advance(BodyDecoder decoder, ByteBuf in, int size) {
        int total = 0;
        while (!decoder.isComplete() && !decoder.areTrailersNext()) {
            int length = decoder.advance(in.slice(in.readerIndex(), Math.min(size, in.readableBytes())));
            in.skipBytes(length);
            total += length;
        }
        return total;
    }

    @Test
    void trailersAreKeptWhateverTheFragments() {
        String text = "1\r\na\r\n0\r\nX-Sum: 42 \r\nContent-Length: 9\r\nx-other:\r\n\r\n";
        for (int size = 1; size <= text.length(); size++) {
            BodyDecoder decoder = new BodyDecoder(LIMITS);
            decoder.start(Framing.CHUNKED, -1);
            decode(decoder, text, size);

            assertThat(decoder.trailers()).isEqualTo(Fields.of("X-Sum", "42", "x-other", ""));
            decoder.start(Framing.CHUNKED, -1);
            assertThat(decoder.trailers()).isEqualTo(Fields.empty());
        }
    }

    @Test
    void aCountedBodyEndsAtItsLength() {
        BodyDecoder decoder = new BodyDecoder(LIMITS);
        decoder.start(Framing.LENGTH, 5);

        assertThat(decode(decoder, "helloGET", 3)).isEqualTo("hello rest=3");
    }

    @Test
    void aBodyUntilCloseEndsWithTheConnection() {
        BodyDecoder decoder = new BodyDecoder(LIMITS);
        decoder.start(Framing.UNTIL_CLOSE, -1);

        assertThat(decode(decoder, "hello", 2)).isEqualTo("hello rest=0");
        assertThat(decoder.isComplete()).isFalse();
        decoder.endOfInput();
        assertThat(decoder.isComplete()).isTrue();
    }

    @Test
    void aTruncatedBodyIsAnError() {
        BodyDecoder decoder = new BodyDecoder(LIMITS);
        decoder.start(Framing.CHUNKED, -1);
        decode(decoder, "5\r\nhel", 99);

        assertThatThrownBy(decoder::endOfInput)
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("after 3 bytes");
    }

    @Test
    void anAnnouncedLengthBeyondTheLimitIsRefusedAtOnce() {
        BodyDecoder decoder = new BodyDecoder(LIMITS);

        assertThatThrownBy(() -> decoder.start(Framing.LENGTH, 101))
                .isInstanceOfSatisfying(
                        HttpException.class, e -> assertThat(e.status()).isEqualTo(413));
    }

    enum Malformed {
        EMPTY_SIZE(400, "\r\nx\r\n"),
        NEGATIVE_SIZE(400, "-1\r\n"),
        SIGNED_SIZE(400, "+1\r\nx\r\n"),
        PREFIXED_SIZE(400, "0x1\r\nx\r\n"),
        SPACE_BEFORE_THE_SIZE(400, " 1\r\nx\r\n"),
        SPACE_AFTER_THE_SIZE(400, "1 \r\nx\r\n"),
        SIZE_BEYOND_LONG(400, "fffffffffffffffff\r\n"),
        SIZE_OF_MANY_ZEROS(400, "0000000000000000\r\n"),
        BARE_LINE_FEED_AFTER_THE_SIZE(400, "1\nx\r\n"),
        BARE_CARRIAGE_RETURN_AFTER_THE_SIZE(400, "1\rx\r\n"),
        BARE_LINE_FEED_IN_AN_EXTENSION(400, "1;a\nx\r\n"),
        LONG_EXTENSION(400, "1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nx\r\n"),
        DATA_LONGER_THAN_THE_CHUNK(400, "1\r\nxy\r\n"),
        BARE_LINE_FEED_AFTER_THE_DATA(400, "1\r\nx\n"),
        BARE_CARRIAGE_RETURN_AFTER_THE_DATA(400, "1\r\nx\rx"),
        TRAILER_WITHOUT_NAME(400, "0\r\n: x\r\n\r\n"),
        TRAILER_WITH_SPACE_BEFORE_THE_COLON(400, "0\r\nX : x\r\n\r\n"),
        FOLDED_TRAILER(400, "0\r\nX: x\r\n y\r\n\r\n"),
        NUL_IN_A_TRAILER(400, "0\r\nX: \0\r\n\r\n"),
        BARE_LINE_FEED_AT_THE_END(400, "0\r\n\n"),
        BARE_CARRIAGE_RETURN_AT_THE_END(400, "0\r\n\rx"),
        LONG_TRAILERS(431, "0\r\nX: " + "x".repeat(80) + "\r\n\r\n"),
        CHUNK_BEYOND_THE_BODY_LIMIT(413, "65\r\n"),
        CHUNKS_BEYOND_THE_BODY_LIMIT(413, "32\r\n" + "x".repeat(50) + "\r\n33\r\n");

        final int status;
        final String text;

        Malformed(int status, String text) {
            this.status = status;
            this.text = text;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMalformedChunkIsRefusedHoweverItComes(Malformed body) {
        for (int size = 1; size <= body.text.length(); size++) {
            BodyDecoder decoder = new BodyDecoder(LIMITS);
            decoder.start(Framing.CHUNKED, -1);
            int fragment = size;

            assertThatThrownBy(() -> decode(decoder, body.text, fragment))
                    .isInstanceOfSatisfying(
                            HttpException.class, e -> assertThat(e.status()).isEqualTo(body.status));
        }
    }

    private static String decode(BodyDecoder decoder, String text, int fragment) {
        ByteBuf in = Bytes.of(text);
        ByteBuf window = Unpooled.buffer();
        StringBuilder out = new StringBuilder();
        while (in.isReadable() && !decoder.isComplete()) {
            window.writeBytes(in, Math.min(fragment, in.readableBytes()));
            while (window.isReadable() && !decoder.isComplete()) {
                ByteBuf piece = decoder.decode(window);
                out.append(piece.toString(StandardCharsets.US_ASCII));
                piece.release();
            }
        }
        return out.append(" rest=")
                .append(in.readableBytes() + window.readableBytes())
                .toString();
    }
}
