package org.pinisi.http;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http3.Http3Headers;
import io.netty.util.AsciiString;
import java.util.Map;

/// Makes of a request's field section of HTTP/3 the header list of HTTP/2, for which [Http2RequestRules] has
/// the rules. What the decoder of HTTP/2 sees by itself is seen here: names that are no lower-case tokens,
/// pseudo-header fields that are unknown, repeated or late, and fields of the connection (RFC 9114, sections
/// 4.2 and 4.3).
final class Http3RequestRules {
    private static final String TRAILERS = "trailers";

    private Http3RequestRules() {}

    /// @throws IllegalArgumentException if the request is malformed
    static Http2Headers list(Http3Headers section) {
        Http2Headers list = new DefaultHttp2Headers(false, section.size());
        boolean regular = false;
        for (Map.Entry<CharSequence, CharSequence> entry : section) {
            AsciiString name = AsciiString.of(entry.getKey());
            AsciiString value = AsciiString.of(entry.getValue());
            if (!name.isEmpty() && name.byteAt(0) == ':') {
                if (regular) {
                    throw new IllegalArgumentException("a pseudo-header field behind others");
                }
                pseudo(list, name);
            } else {
                regular = true;
                check(name, value);
            }
            list.add(name, value);
        }
        return list;
    }

    private static void pseudo(Http2Headers list, AsciiString name) {
        switch (name.toString()) {
            case ":method", ":scheme", ":authority", ":path" -> {
                if (list.contains(name)) {
                    throw new IllegalArgumentException(name + " twice");
                }
            }
            default -> throw new IllegalArgumentException("a pseudo-header field that no request has");
        }
    }

    private static void check(AsciiString name, AsciiString value) {
        checkName(name);
        byte[] bytes = name.array();
        int start = name.arrayOffset();
        switch (KnownField.of(bytes, start, start + name.length())) {
            case CONNECTION, KEEP_ALIVE, PROXY_CONNECTION, TRANSFER_ENCODING, UPGRADE ->
                throw new IllegalArgumentException("a field of the connection: " + name);
            case TE -> {
                if (!value.contentEqualsIgnoreCase(TRAILERS)) {
                    throw new IllegalArgumentException("TE other than trailers");
                }
            }
            default -> {
                // the handler's business
            }
        }
    }

    /// Names are tokens in lower case.
    static void checkName(AsciiString name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a field without name");
        }
        for (int i = 0; i < name.length(); i++) {
            byte letter = name.byteAt(i);
            if (!Ascii.isToken(letter) || (letter >= 'A' && letter <= 'Z')) {
                throw new IllegalArgumentException("a name that is no lower-case token");
            }
        }
    }
}
