package org.pinisi.cli;

/// The exit codes of every command, as `pinisi --help` lists them.
final class ExitCodes {
    /// Done.
    static final int DONE = 0;
    /// Failed; one line on standard error says why.
    static final int FAILED = 1;
    /// The command line was not understood.
    static final int USAGE = 2;
    /// Pinisi does not run on this data folder.
    static final int NOT_RUNNING = 3;
    /// The named app, release or run does not exist.
    static final int NOT_FOUND = 4;
    /// The deployment was carried out and failed; what served before serves on.
    static final int DEPLOY_FAILED = 5;

    private ExitCodes() {}
}
