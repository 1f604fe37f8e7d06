package org.pinisi.edge;

/// Whether a connection to an upstream begins with a line of HAProxy's PROXY protocol that says who the
/// client is.
public enum ProxyProtocol {
    /// No such line; `off` in route files.
    OFF("off"),
    /// The readable version 1; `v1` in route files.
    V1("v1"),
    /// The binary version 2; `v2` in route files.
    V2("v2");

    private final String word;

    ProxyProtocol(String word) {
        this.word = word;
    }

    /// The word for it in route files.
    public String word() {
        return word;
    }
}
