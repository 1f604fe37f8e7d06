package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An answer that can be sent any number of times to any number of connections: status, fields serialised
/// once for each version of HTTP, and a body in memory or in a file. Immutable and thread-safe.
///
/// Date, Content-Length, keeping the connection, and leaving the body out for HEAD are the connection's
/// business. The answer is never released: what it holds is freed by the garbage collector, so an answer under
/// way is safe from whoever evicts it from a cache.
public final class PreparedAnswer {
    /// Up to here a body is copied behind the head: cheaper than another element in the gathering write.
    static final int MOST_COPIED = 8 << 10;

    /// Over HTTP and HTTPS, before and after a change of rules.
    private static final int MOST_CHANGED = 4;

    private final int status;
    private final Fields fields;
    private final Body body;
    private final byte[] head;
    private volatile byte @Nullable [] block;
    private volatile @Nullable List<AsciiString> section;
    private volatile List<Changed> changed = List.of();

    /// What somebody says in place of an answer's own fields. Known again by its identity, so it must say the
    /// same whenever it is asked.
    @FunctionalInterface
    public interface Change {
        Fields apply(Fields fields);
    }

    private record Changed(Change change, PreparedAnswer answer) {}

    sealed interface Body {
        long length();

        record None() implements Body {
            @Override
            public long length() {
                return 0;
            }
        }

        /// Never released, and never written as itself, since its indices would move.
        record Memory(ByteBuf bytes) implements Body {
            @Override
            public long length() {
                return bytes.readableBytes();
            }
        }

        record File(Path path, long offset, long length) implements Body {}
    }

    private PreparedAnswer(int status, Fields fields, Body body) {
        this.status = status;
        this.fields = fields;
        this.body = body;
        StringBuilder text = new StringBuilder(256).append(AnswerHead.statusLine(status));
        for (Fields.Field field : fields.all()) {
            text.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        if (saysLength()) {
            text.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        this.head = text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Starts an answer of this status, 200 to 599, without fields or body.
    public static Builder status(int status) {
        return new Builder(status);
    }

    /// The same answer as a [Handler] gives it, if its body is in memory or part of a file; empty if it is
    /// written while it is sent, or has trailers. Fields that are the connection's business are left out.
    public static Optional<PreparedAnswer> of(Response response) {
        Builder builder = status(response.status());
        for (Fields.Field field : response.fields().all()) {
            if (!AnswerHead.isOurs(field.name())) {
                builder.field(field.name(), field.value());
            }
        }
        if (response.hasTrailers()) {
            return Optional.empty();
        }
        return switch (response.body()) {
            case Response.Body.Bytes(byte[] bytes) ->
                Optional.of(builder.bytes(bytes).build());
            case Response.Body.FilePart(Path path, long offset, long length) ->
                Optional.of(builder.file(path, offset, length).build());
            case Response.Body.Stream _, Response.Body.File _, Response.Body.Events _, Response.Body.Upgrade _ ->
                Optional.empty();
        };
    }

    public int status() {
        return status;
    }

    /// The fields as given, without those that are the connection's business.
    public Fields fields() {
        return fields;
    }

    /// The body's length in bytes.
    public long length() {
        return body.length();
    }

    /// A 206 with a part of the body, and Content-Range in addition; `contentRange` is its value, such as
    /// `bytes 0-99/1234`.
    ///
    /// @throws IllegalArgumentException if the part reaches beyond the body
    public PreparedAnswer part(long start, long length, String contentRange) {
        return new PreparedAnswer(206, fields.with("Content-Range", contentRange), slice(body, start, length));
    }

    /// The same fields and body with another status.
    public PreparedAnswer withStatus(int newStatus) {
        return new PreparedAnswer(checkStatus(newStatus), fields, body);
    }

    /// The same answer with other fields; of them those that are the connection's business are left out.
    ///
    /// It is made once and kept beside this one, for the few changes that were asked for last: whoever sends
    /// the same answer again and again should pass the same change.
    @SuppressWarnings("ReferenceEquality")
    public PreparedAnswer changed(Change change) {
        List<Changed> known = changed;
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i).change == change) {
                return known.get(i).answer;
            }
        }
        PreparedAnswer made = new PreparedAnswer(status, AnswerHead.withoutOurs(change.apply(fields)), body);
        List<Changed> next = new ArrayList<>(MOST_CHANGED);
        next.add(new Changed(change, made));
        next.addAll(known.subList(0, Math.min(known.size(), MOST_CHANGED - 1)));
        // Whoever makes another one at the same time may win; then this one is made again.
        changed = List.copyOf(next);
        return made;
    }

    Body body() {
        return body;
    }

    /// Whether Content-Length is told (RFC 9110, section 8.6).
    boolean saysLength() {
        return status != 204 && status != 304;
    }

    /// Status line and fields, Content-Length among them, as HTTP/1.1 writes them; without Date, Connection
    /// and the empty line. Not to be changed.
    byte[] head() {
        return head;
    }

    /// Status and fields, Content-Length among them, as a header block of HTTP/2; without date. Not to be
    /// changed.
    byte[] block() {
        byte[] known = block;
        if (known == null) {
            known = HeaderBlock.of(this);
            block = known;
        }
        return known;
    }

    /// The fields, Content-Length among them, as HTTP/3 has them: names and values in turn; without status and
    /// date.
    List<AsciiString> section() {
        List<AsciiString> known = section;
        if (known == null) {
            known = Http3Fields.of(this);
            section = known;
        }
        return known;
    }

    private static int checkStatus(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
        }
        return status;
    }

    private static Body slice(Body body, long start, long length) {
        if (start < 0 || length < 0 || start > body.length() - length) {
            throw new IllegalArgumentException(
                    "part: " + length + " bytes from " + start + " (expected: within " + body.length() + " bytes)");
        }
        return switch (body) {
            case Body.None none -> none;
            case Body.Memory(ByteBuf bytes) ->
                new Body.Memory(bytes.slice(bytes.readerIndex() + (int) start, (int) length));
            case Body.File(Path path, long offset, long _) -> new Body.File(path, offset + start, length);
        };
    }

    /// Without values, which may be secret.
    @Override
    public String toString() {
        return status + " " + fields + " " + body.length();
    }

    /// Collects what an answer needs. Not thread-safe.
    public static final class Builder {
        private final int status;
        private Fields fields = Fields.empty();
        private Body body = new Body.None();

        private Builder(int status) {
            this.status = checkStatus(status);
        }

        /// One more field.
        ///
        /// @throws IllegalArgumentException if it is malformed, or the connection's business
        public Builder field(String name, String value) {
            if (AnswerHead.isOurs(name)) {
                throw new IllegalArgumentException("field: " + name + " (expected: none that the server sets itself)");
            }
            fields = fields.with(name, value);
            return this;
        }

        /// More fields; the same holds.
        public Builder fields(Fields more) {
            more.all().forEach(field -> field(field.name(), field.value()));
            return this;
        }

        /// A body in memory that is never released by count: `Unpooled.unreleasableBuffer` of a direct buffer
        /// that the garbage collector frees. Its readable bytes are the body; they must not change any more.
        public Builder bytes(ByteBuf unreleasable) {
            body = new Body.Memory(requireNonNull(unreleasable, "unreleasable"));
            return this;
        }

        /// A body in memory. A small array belongs to the answer from now on; a larger one is copied.
        public Builder bytes(byte[] bytes) {
            if (bytes.length <= MOST_COPIED) {
                return bytes(Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(bytes)));
            }
            ByteBuffer memory =
                    ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            return bytes(Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(memory)));
        }

        /// Text in UTF-8.
        public Builder text(String text) {
            return bytes(text.getBytes(StandardCharsets.UTF_8));
        }

        /// A body that lies in a file, which is opened anew for each answer; it must not change any more. When
        /// it cannot be opened the answer is 500.
        public Builder file(Path path, long offset, long length) {
            if (offset < 0 || length < 0) {
                throw new IllegalArgumentException(
                        "offset and length: " + offset + ", " + length + " (expected: 0 or more)");
            }
            body = new Body.File(requireNonNull(path, "path"), offset, length);
            return this;
        }

        /// Only this part of the body given before.
        ///
        /// @throws IllegalArgumentException if it reaches beyond the body
        public Builder slice(long start, long length) {
            body = PreparedAnswer.slice(body, start, length);
            return this;
        }

        /// No body.
        public Builder none() {
            body = new Body.None();
            return this;
        }

        public PreparedAnswer build() {
            return new PreparedAnswer(status, fields, body);
        }
    }
}
