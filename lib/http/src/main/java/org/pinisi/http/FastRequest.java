package org.pinisi.http;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a [FastPath] may know of a request, whatever the version of HTTP. Borrowed: valid on the event loop
/// until [FastPath#answer] returns. Nothing is allocated unless a String is asked for.
public interface FastRequest {
    /// Whether the method is this one; methods are case-sensitive.
    boolean methodIs(String method);

    String method();

    /// The bytes in which the path lies; not to be changed.
    byte[] bytes();

    /// Where the path begins in [#bytes()]: as it was sent, percent-encoded, without query. Equal to
    /// [#pathEnd()] if an absolute form has no path, which means `/`.
    int pathStart();

    /// Where the path ends in [#bytes()], exclusive.
    int pathEnd();

    /// The path as it was sent, percent-encoded, without query; never empty.
    String rawPath();

    /// The query as it was sent, without the question mark; empty if there is none.
    String rawQuery();

    boolean has(KnownField field);

    /// The first such field's value, or null.
    @Nullable
    String value(KnownField field);

    /// Whether the first such field's value is exactly this ASCII text; compared in place.
    boolean valueIs(KnownField field, String text);

    /// The first value of the field of this name, in any case.
    Optional<String> first(String name);

    /// The codings that Accept-Encoding allows, as bits (see [ContentCoding#bit()]). 0 if there is no such
    /// field; a quality of 0 forbids, `*` allows all that are not named.
    int codings();

    /// The host's name without port, in lower case; empty only in HTTP/1.0 without Host.
    String host();

    /// Whether the request came over TLS.
    boolean isSecure();

    /// The peer's address; null if it came through a unix socket.
    @Nullable
    InetSocketAddress remote();
}
