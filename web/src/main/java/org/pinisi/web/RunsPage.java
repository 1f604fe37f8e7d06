package org.pinisi.web;

import java.util.List;
import java.util.Optional;
import org.pinisi.deployer.Run;

/// The newest runs.
///
/// @param app of one app, or of all
record RunsPage(Optional<String> app, List<Run> runs, Words words) {
    /// As many as are shown.
    static final int MOST = 200;

    RunsPage {
        runs = List.copyOf(runs);
    }
}
