package org.pinisi.git;

/// The two programs that a remote runs for its clients.
enum Service {
    FETCH("git-upload-pack"),
    PUSH("git-receive-pack");

    private final String program;

    Service(String program) {
        this.program = program;
    }

    String program() {
        return program;
    }
}
