package org.pinisi.git;

/// Where a remote over HTTP may send us on, with the first request of an operation only. Never from HTTPS
/// to HTTP.
public enum Redirects {
    /// Nowhere.
    NONE,
    /// To another path of the same host, or the same host over HTTPS.
    SAME_HOST,
    /// Anywhere. What we know to say to the first host is not said to another.
    ANY_HOST
}
