package org.pinisi.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The requests of one HTTP/1.1 connection as a fast path sees them: a view of the connection's head.
final class HeadRequest implements FastRequest {
    private static final int LONGEST_KEPT = 64;
    private static final byte[] NOTHING = {};

    private final Head head;
    private final @Nullable InetSocketAddress remote;
    private final boolean secure;
    /// The last value of Accept-Encoding, and the codings that it allows.
    private byte[] lastValue = NOTHING;
    private int lastCodings;

    HeadRequest(Head head, SocketAddress remote, boolean secure) {
        this.head = head;
        this.remote = remote instanceof InetSocketAddress address ? address : null;
        this.secure = secure;
    }

    @Override
    public boolean methodIs(String method) {
        return head.methodIs(method);
    }

    @Override
    public String method() {
        return head.method();
    }

    @Override
    public byte[] bytes() {
        return head.bytes();
    }

    @Override
    public int pathStart() {
        return head.pathStart();
    }

    @Override
    public int pathEnd() {
        return head.pathEnd();
    }

    @Override
    public String rawPath() {
        return head.pathStart() == head.pathEnd() ? "/" : head.text(head.pathStart(), head.pathEnd());
    }

    @Override
    public String rawQuery() {
        return head.queryStart() < 0 ? "" : head.text(head.queryStart(), head.targetEnd());
    }

    @Override
    public boolean has(KnownField field) {
        return head.has(field);
    }

    @Override
    public @Nullable String value(KnownField field) {
        return head.value(field);
    }

    @Override
    public boolean valueIs(KnownField field, String text) {
        int index = head.index(field);
        return index >= 0 && Ascii.equals(head.bytes(), head.valueStart(index), head.valueEnd(index), text);
    }

    @Override
    public Optional<String> first(String name) {
        for (int i = 0; i < head.fieldCount(); i++) {
            if (Ascii.equalsIgnoreCase(head.bytes(), head.nameStart(i), head.nameEnd(i), name)) {
                return Optional.of(head.value(i));
            }
        }
        return Optional.empty();
    }

    @Override
    public int codings() {
        int first = head.index(KnownField.ACCEPT_ENCODING);
        if (first < 0) {
            return 0;
        }
        int allowed = lineCodings(first);
        for (int i = first + 1; i < head.fieldCount(); i++) {
            if (head.kind(i) == KnownField.ACCEPT_ENCODING) {
                allowed |= lineCodings(i);
            }
        }
        return allowed;
    }

    /// A client says the same in every request, so that the last value is kept with what it meant.
    private int lineCodings(int index) {
        byte[] bytes = head.bytes();
        int start = head.valueStart(index);
        int end = head.valueEnd(index);
        if (!Arrays.equals(bytes, start, end, lastValue, 0, lastValue.length)) {
            int allowed = ContentCoding.allowed(bytes, start, end);
            if (end - start > LONGEST_KEPT) {
                return allowed;
            }
            lastValue = Arrays.copyOfRange(bytes, start, end);
            lastCodings = allowed;
        }
        return lastCodings;
    }

    @Override
    public String host() {
        return head.host();
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public @Nullable InetSocketAddress remote() {
        return remote;
    }
}
