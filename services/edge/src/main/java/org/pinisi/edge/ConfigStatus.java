package org.pinisi.edge;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// How an edge stands to the configuration that it follows.
///
/// @param place where the configuration comes from; without secrets
/// @param version the state of the files that serves: a commit, or the beginning of a digest
/// @param since when it began to serve
/// @param routes how many routes it has
/// @param looked when the place was last looked at
/// @param trouble why what is there now does not serve; empty when it does
/// @param problems what is wrong in the files, when that is the trouble
/// @param restart settings that were changed and hold only after a restart
public record ConfigStatus(
        String place,
        String version,
        Instant since,
        int routes,
        Instant looked,
        Optional<String> trouble,
        List<ConfigProblem> problems,
        List<String> restart) {
    public ConfigStatus {
        problems = List.copyOf(problems);
        restart = List.copyOf(restart);
    }

    /// Whether what is there now is what serves, wholly.
    public boolean isWell() {
        return trouble.isEmpty() && restart.isEmpty();
    }
}
