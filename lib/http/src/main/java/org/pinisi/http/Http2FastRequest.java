package org.pinisi.http;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The requests of one HTTP/2 connection as a fast path sees them: a view of one header list after the other,
/// each checked before.
final class Http2FastRequest implements FastRequest {
    private static final AsciiString[] NAMES = names();

    private final @Nullable InetSocketAddress remote;
    private final boolean secure;
    private @Nullable Http2Headers headers;
    private AsciiString method = AsciiString.EMPTY_STRING;
    private AsciiString path = AsciiString.EMPTY_STRING;
    private int pathEnd;

    Http2FastRequest(@Nullable InetSocketAddress remote, boolean secure) {
        this.remote = remote;
        this.secure = secure;
    }

    /// Looks at another request.
    void show(Http2Headers next) {
        headers = next;
        method = Http2RequestRules.ascii(next.method());
        path = Http2RequestRules.ascii(next.path());
        int question = path.indexOf('?', 0);
        pathEnd = path.arrayOffset() + (question < 0 ? path.length() : question);
    }

    /// Looks at none any more.
    void hide() {
        headers = null;
    }

    @Override
    public boolean methodIs(String wanted) {
        return method.contentEquals(wanted);
    }

    @Override
    public String method() {
        return method.toString();
    }

    @Override
    public byte[] bytes() {
        return path.array();
    }

    @Override
    public int pathStart() {
        return path.arrayOffset();
    }

    @Override
    public int pathEnd() {
        return pathEnd;
    }

    @Override
    public String rawPath() {
        return text(path.arrayOffset(), pathEnd);
    }

    @Override
    public String rawQuery() {
        int end = path.arrayOffset() + path.length();
        return pathEnd == end ? "" : text(pathEnd + 1, end);
    }

    private String text(int from, int to) {
        return new String(path.array(), from, to - from, StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean has(KnownField field) {
        return find(field) != null;
    }

    @Override
    public @Nullable String value(KnownField field) {
        CharSequence value = find(field);
        return value == null ? null : value.toString();
    }

    @Override
    public boolean valueIs(KnownField field, String text) {
        CharSequence value = find(field);
        return value != null && AsciiString.contentEquals(value, text);
    }

    private @Nullable CharSequence find(KnownField field) {
        Http2Headers list = headers;
        if (list == null || field == KnownField.OTHER) {
            return null;
        }
        CharSequence authority = field == KnownField.HOST ? list.authority() : null;
        return authority == null ? list.get(NAMES[field.slot()]) : authority;
    }

    @Override
    public Optional<String> first(String name) {
        Http2Headers list = headers;
        if (list == null) {
            return Optional.empty();
        }
        String lower = name.toLowerCase(Locale.ROOT);
        CharSequence value = lower.equals("host") ? find(KnownField.HOST) : list.get(new AsciiString(lower));
        return Optional.ofNullable(value).map(CharSequence::toString);
    }

    @Override
    public int codings() {
        Http2Headers list = headers;
        if (list == null) {
            return 0;
        }
        int allowed = 0;
        Iterator<CharSequence> values = list.valueIterator(NAMES[KnownField.ACCEPT_ENCODING.slot()]);
        while (values.hasNext()) {
            AsciiString value = AsciiString.of(values.next());
            int start = value.arrayOffset();
            allowed |= ContentCoding.allowed(value.array(), start, start + value.length());
        }
        return allowed;
    }

    @Override
    public String host() {
        AsciiString authority = Http2RequestRules.ascii(find(KnownField.HOST));
        int start = authority.arrayOffset();
        int end = Authority.hostEnd(authority.array(), start, start + authority.length());
        return authority.toString(0, Math.max(0, end - start)).toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public @Nullable InetSocketAddress remote() {
        return remote;
    }

    private static AsciiString[] names() {
        KnownField[] fields = KnownField.values();
        AsciiString[] names = new AsciiString[fields.length];
        for (KnownField field : fields) {
            names[field.slot()] = AsciiString.cached(field.text().toLowerCase(Locale.ROOT));
        }
        return names;
    }
}
