package org.pinisi.edge;

/// What a route does about the fields that follow a request through many programs: `traceparent` and `tracestate` of
/// W3C Trace Context, and `X-Request-ID`.
public enum TraceMode {
    /// Valid ones are passed on unchanged; malformed ones are replaced by new ones.
    PASS,
    /// The same, and new ones are made when there are none.
    START,
    /// They are passed on as any other field, and not written to the log.
    OFF
}
