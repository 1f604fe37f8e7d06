package org.pinisi.http;

import io.netty.handler.codec.http3.Http3ErrorCode;

/// The codes with which streams are broken off, between those of HTTP/2, which this program speaks inside
/// (RFC 9113, section 7), and those of HTTP/3 (RFC 9114, section 8.1).
final class Http3Code {
    private Http3Code() {}

    static int of(long code) {
        return told(code).code();
    }

    private static Http3ErrorCode told(long code) {
        return switch ((int) code) {
            case Http2Frame.NO_ERROR -> Http3ErrorCode.H3_NO_ERROR;
            case Http2Frame.PROTOCOL_ERROR -> Http3ErrorCode.H3_MESSAGE_ERROR;
            case Http2Frame.REFUSED_STREAM -> Http3ErrorCode.H3_REQUEST_REJECTED;
            case Http2Frame.CANCEL -> Http3ErrorCode.H3_REQUEST_CANCELLED;
            case Http2Frame.ENHANCE_YOUR_CALM -> Http3ErrorCode.H3_EXCESSIVE_LOAD;
            default -> Http3ErrorCode.H3_INTERNAL_ERROR;
        };
    }

    /// What the client's code means; anything unknown is a cancellation.
    static long heard(long code) {
        return code == Http3ErrorCode.H3_INTERNAL_ERROR.code() ? Http2Frame.INTERNAL_ERROR : Http2Frame.CANCEL;
    }
}
