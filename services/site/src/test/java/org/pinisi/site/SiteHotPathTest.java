package org.pinisi.site;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.FastReply;
import org.pinisi.http.FastRequest;
import org.pinisi.http.Fields;
import org.pinisi.http.KnownField;
import org.pinisi.http.PreparedAnswer;
import org.pinisi.http.Request;

/// What the event loop does for a page that is hot.
final class SiteHotPathTest {
    @TempDir
    Path folder;

    /// Keeps the last answer.
    private static final class Kept implements FastReply {
        private @Nullable PreparedAnswer answer;

        @Override
        public void send(PreparedAnswer given) {
            answer = given;
        }

        int status() {
            return answer == null ? 0 : answer.status();
        }
    }

    /// A request as a connection shows it, in the middle of a buffer.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Asked(String method, byte[] bytes, int codings, Map<KnownField, String> fields)
            implements FastRequest {
        private static final int BEFORE = 4;

        static Asked get(String path, int codings) {
            return new Asked("GET", ("GET " + path + " HTTP/1.1").getBytes(US_ASCII), codings, Map.of());
        }

        Asked with(KnownField field, String value) {
            return new Asked(method, bytes, codings, Map.of(field, value));
        }

        @Override
        public boolean methodIs(String wanted) {
            return method.equals(wanted);
        }

        @Override
        public int pathStart() {
            return BEFORE;
        }

        @Override
        public int pathEnd() {
            return bytes.length - " HTTP/1.1".length();
        }

        @Override
        public String rawPath() {
            return new String(bytes, BEFORE, pathEnd() - BEFORE, US_ASCII);
        }

        @Override
        public String rawQuery() {
            return "";
        }

        @Override
        public boolean has(KnownField field) {
            return !fields.isEmpty() && fields.containsKey(field);
        }

        @Override
        public @Nullable String value(KnownField field) {
            return fields.get(field);
        }

        @Override
        public boolean valueIs(KnownField field, String text) {
            return text.equals(fields.get(field));
        }

        @Override
        public Optional<String> first(String name) {
            return Optional.empty();
        }

        @Override
        public String host() {
            return "h";
        }

        @Override
        public boolean isSecure() {
            return false;
        }

        @Override
        public @Nullable InetSocketAddress remote() {
            return null;
        }
    }

    private static void heat(Served served, String path) throws Exception {
        Fields fields = Fields.of("Accept-Encoding", "gzip");
        for (int i = 0; i < 2; i++) {
            served.site.handle(Request.of("GET", path, fields, InputStream.nullInputStream()));
            served.settle();
        }
    }

    @Test
    void aHotPageIsAnsweredWithTheSameAnswerEachTime() throws Exception {
        MapTree tree = new MapTree("1").file("app.js", SiteTest.numbers(2000)).file("x.png", "x");
        try (Served served = Served.of(folder, tree)) {
            heat(served, "/app.js");
            heat(served, "/x.png");
            for (Asked asked : new Asked[] {
                Asked.get("/app.js", 0), Asked.get("/app.js", ContentCoding.GZIP.bit()), Asked.get("/x.png", 7)
            }) {
                Kept first = new Kept();
                Kept second = new Kept();
                assertThat(served.site.answer(asked, first)).isTrue();
                assertThat(served.site.answer(asked, second)).isTrue();
                assertThat(first.status()).isEqualTo(200);
                assertThat(second.answer).isSameAs(first.answer);
            }
        }
    }

    @Test
    void freshCopiesAreAnsweredThereToo() throws Exception {
        try (Served served = Served.of(folder, new MapTree("1").file("x.png", "x"))) {
            heat(served, "/x.png");
            Kept kept = new Kept();
            assertThat(served.site.answer(Asked.get("/x.png", 0).with(KnownField.IF_NONE_MATCH, "*"), kept))
                    .isTrue();
            assertThat(kept.status()).isEqualTo(304);
        }
    }

    @Test
    void aCopyNamedByItsTagIsAnsweredWithTheSameAnswerEachTime() throws Exception {
        try (Served served = Served.of(folder, new MapTree("1").file("app.js", SiteTest.numbers(2000)))) {
            heat(served, "/app.js");
            for (Asked asked : new Asked[] {Asked.get("/app.js", 0), Asked.get("/app.js", ContentCoding.GZIP.bit())}) {
                Kept whole = new Kept();
                served.site.answer(asked, whole);
                String tag = requireNonNull(whole.answer).fields().first("ETag").orElseThrow();
                Kept first = new Kept();
                Kept second = new Kept();
                served.site.answer(asked.with(KnownField.IF_NONE_MATCH, tag), first);
                served.site.answer(asked.with(KnownField.IF_NONE_MATCH, tag), second);

                assertThat(first.status()).isEqualTo(304);
                assertThat(requireNonNull(first.answer).fields().first("ETag")).contains(tag);
                assertThat(second.answer).isSameAs(first.answer);
            }
        }
    }

    @Test
    void whatIsNotHotIsLeftToTheHandler() throws Exception {
        try (Served served = Served.of(folder, new MapTree("1").file("x.png", "x"))) {
            Kept kept = new Kept();
            assertThat(served.site.answer(Asked.get("/x.png", 0), kept)).isFalse();
            heat(served, "/x.png");
            assertThat(served.site.answer(Asked.get("/x.pn", 0), kept)).isFalse();
            assertThat(served.site.answer(Asked.get("/x.png/", 0), kept)).isFalse();
            Asked post = new Asked("POST", Asked.get("/x.png", 0).bytes(), 0, Map.of());
            assertThat(served.site.answer(post, kept)).isFalse();
            assertThat(kept.answer).isNull();
        }
    }
}
