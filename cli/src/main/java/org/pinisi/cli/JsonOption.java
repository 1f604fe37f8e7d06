package org.pinisi.cli;

import picocli.CommandLine.Option;

/// `--json`, on everything that lists.
final class JsonOption {
    @Option(names = "--json", description = "Print JSON, for programs.")
    private boolean json;

    boolean wanted() {
        return json;
    }
}
