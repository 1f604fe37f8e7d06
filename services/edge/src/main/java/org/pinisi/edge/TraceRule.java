package org.pinisi.edge;

/// What the edge does with W3C trace headers (`traceparent`, `tracestate`).
public enum TraceRule {
    /// What the client sends is passed on if it is well formed; `pass` in route files.
    PASS("pass"),
    /// The same, and a trace is started where there is none; `start` in route files.
    START("start"),
    /// Nothing is looked at; the fields pass as they are; `off` in route files.
    OFF("off");

    private final String word;

    TraceRule(String word) {
        this.word = word;
    }

    /// The word for it in route files.
    public String word() {
        return word;
    }
}
