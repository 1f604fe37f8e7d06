package org.pinisi.http;

/// The four forms of a request target (RFC 9112, section 3.2).
public enum TargetForm {
    /// `/path?query`
    ORIGIN,
    /// `http://host/path?query`
    ABSOLUTE,
    /// `host:port`, only with CONNECT.
    AUTHORITY,
    /// `*`, only with OPTIONS.
    ASTERISK
}
