package org.pinisi.http;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The requests of one HTTP/1.1 connection as a fast path sees them: a view of the connection's head.
final class HeadRequest implements FastRequest {
    private final Head head;
    private final @Nullable InetSocketAddress remote;
    private final boolean secure;

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
        int allowed = 0;
        for (int i = first; i < head.fieldCount(); i++) {
            if (head.kind(i) == KnownField.ACCEPT_ENCODING) {
                allowed |= ContentCoding.allowed(head.bytes(), head.valueStart(i), head.valueEnd(i));
            }
        }
        return allowed;
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
