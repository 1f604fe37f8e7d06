package org.pinisi.http;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What makes a request's header list malformed (RFC 9113, section 8), beside what the decoder sees by itself:
/// names that are no lower-case tokens, unknown, empty, repeated or late pseudo-header fields, fields of the
/// connection, and TE other than trailers.
final class Http2RequestRules {
    static final AsciiString HOST = AsciiString.cached("host");
    static final AsciiString EXPECT = AsciiString.cached("expect");
    static final AsciiString CONTENT_LENGTH = AsciiString.cached("content-length");
    static final AsciiString PROTOCOL = Http2Headers.PseudoHeaderName.PROTOCOL.value();
    private static final AsciiString CONNECT = AsciiString.cached("CONNECT");
    private static final AsciiString OPTIONS = AsciiString.cached("OPTIONS");
    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");

    private Http2RequestRules() {}

    /// Looks at the whole list.
    ///
    /// @throws Http2Exception a stream error if the request is malformed
    /// @throws HttpException if it is well-formed and must be answered with an error
    static void check(int streamId, Http2Headers headers, HttpLimits limits) throws Http2Exception {
        values(streamId, headers);
        AsciiString method = token(streamId, headers.method());
        CharSequence protocol = headers.get(PROTOCOL);
        boolean connect = CONNECT.contentEquals(method);
        if (protocol != null && !connect) {
            throw malformed(streamId, ":protocol without CONNECT");
        }
        if (headers.status() != null) {
            throw malformed(streamId, ":status in a request");
        }
        if (connect && protocol == null) {
            if (headers.scheme() != null || headers.path() != null || headers.authority() == null) {
                throw malformed(streamId, "CONNECT has :authority, and neither :scheme nor :path");
            }
            throw new HttpException(501, "CONNECT is not supported here");
        }
        CharSequence scheme = headers.scheme();
        if (scheme == null || !(HTTP.contentEqualsIgnoreCase(scheme) || HTTPS.contentEqualsIgnoreCase(scheme))) {
            throw malformed(streamId, ":scheme is neither http nor https");
        }
        path(streamId, ascii(headers.path()), OPTIONS.contentEquals(method));
        authority(streamId, headers);
        bounds(headers, limits);
    }

    private static void values(int streamId, Http2Headers headers) throws Http2Exception {
        Iterator<Map.Entry<CharSequence, CharSequence>> entries = headers.iterator();
        while (entries.hasNext()) {
            Map.Entry<CharSequence, CharSequence> entry = entries.next();
            if (!isValue(AsciiString.of(entry.getValue()))) {
                throw malformed(streamId, "the value of " + entry.getKey() + " holds what no value may hold");
            }
        }
    }

    private static boolean isValue(AsciiString value) {
        int length = value.length();
        if (length == 0) {
            return true;
        }
        byte[] bytes = value.array();
        int start = value.arrayOffset();
        for (int i = start; i < start + length; i++) {
            if (!Ascii.isValue(bytes[i])) {
                return false;
            }
        }
        return !Ascii.isBlank(bytes[start]) && !Ascii.isBlank(bytes[start + length - 1]);
    }

    private static AsciiString token(int streamId, @Nullable CharSequence method) throws Http2Exception {
        AsciiString text = ascii(method);
        for (int i = 0; i < text.length(); i++) {
            if (!Ascii.isToken(text.byteAt(i))) {
                throw malformed(streamId, ":method is no token");
            }
        }
        if (text.isEmpty()) {
            throw malformed(streamId, "no :method");
        }
        return text;
    }

    private static void path(int streamId, AsciiString path, boolean options) throws Http2Exception {
        boolean asterisk = options && path.length() == 1 && path.byteAt(0) == '*';
        if (path.isEmpty() || !(path.byteAt(0) == '/' || asterisk)) {
            throw malformed(streamId, ":path does not begin with a slash");
        }
        for (int i = 0; i < path.length(); i++) {
            if (!Ascii.isTarget(path.byteAt(i))) {
                throw malformed(streamId, ":path holds what no path may hold");
            }
        }
    }

    private static void authority(int streamId, Http2Headers headers) throws Http2Exception {
        CharSequence authority = headers.authority();
        CharSequence host = headers.get(HOST);
        if (host != null
                && (headers.getAll(HOST).size() > 1
                        || (authority != null && !AsciiString.contentEqualsIgnoreCase(authority, host)))) {
            throw malformed(streamId, ":authority and host name different hosts");
        }
        AsciiString wanted = ascii(authority != null ? authority : host);
        int start = wanted.arrayOffset();
        if (Authority.hostEnd(wanted.array(), start, start + wanted.length()) < 0) {
            throw new HttpException(
                    400, "the host \"" + wanted + "\" (expected: a name or address, and perhaps :port)");
        }
    }

    private static void bounds(Http2Headers headers, HttpLimits limits) {
        if (ascii(headers.path()).length() > limits.targetBytes()) {
            throw new HttpException(414, "the path is longer than " + limits.targetBytes() + " bytes");
        }
        if (headers.size() > limits.fields()) {
            throw new HttpException(431, "more than " + limits.fields() + " fields");
        }
        long length = headers.getLong(CONTENT_LENGTH, 0);
        if (length > limits.bodyBytes()) {
            throw new HttpException(413, "the body is larger than " + limits.bodyBytes() + " bytes");
        }
        CharSequence expect = headers.get(EXPECT);
        if (expect != null && !AsciiString.contentEqualsIgnoreCase(expect, "100-continue")) {
            throw new HttpException(417, "Expect: " + expect + " (expected: 100-continue)");
        }
    }

    static AsciiString ascii(@Nullable CharSequence text) {
        return text == null ? AsciiString.EMPTY_STRING : AsciiString.of(text);
    }

    private static Http2Exception malformed(int streamId, String message) {
        return Http2Exception.streamError(streamId, Http2Error.PROTOCOL_ERROR, "malformed request: %s", message);
    }
}
