package org.pinisi.edge;

/// A failure that the edge tells a client itself.
///
/// @param status of HTTP
/// @param fault what went wrong
/// @param requestId by which its line in the log is found; empty for none; letters, digits and `._~+/=:@-`
///     alone
/// @param retryAfter after how many seconds the client may try again; 0 to say nothing
record ErrorAnswer(int status, Fault fault, String requestId, int retryAfter) {
    private static final int SOON = 5;

    /// With what is usual for the status.
    static ErrorAnswer of(int status, Fault fault, String requestId) {
        return new ErrorAnswer(status, fault, requestId, status == 503 ? SOON : 0);
    }
}
