package org.pinisi.edge;

/// What an upstream speaks.
public enum UpstreamProtocol {
    /// HTTP/1.1 in clear; `http1` in route files.
    HTTP1("http1"),
    /// HTTP/2 in clear, by prior knowledge (RFC 9113, section 3.3), as gRPC servers do; `h2c` in route
    /// files.
    H2C("h2c"),
    /// TLS, with HTTP/2 or HTTP/1.1 as ALPN settles it; `https` in route files.
    HTTPS("https");

    private final String word;

    UpstreamProtocol(String word) {
        this.word = word;
    }

    /// The word for it in route files.
    public String word() {
        return word;
    }
}
