package org.pinisi.git;

import java.util.List;

/// The answer of [PushListener#review] that refuses a push. Each line is shown to the pusher as `remote: line`.
public final class PushRejected extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> lines;

    /// @param lines at least one; the first also stands beside each refused branch
    public PushRejected(List<String> lines) {
        super(String.join("\n", lines));
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("lines: none (expected: at least one)");
        }
        this.lines = List.copyOf(lines);
    }

    /// The same, with one line.
    public PushRejected(String line) {
        this(List.of(line));
    }

    public List<String> lines() {
        return lines;
    }
}
