package org.pinisi.deployer;

import java.util.List;
import java.util.Optional;

/// An app as people see it.
///
/// @param name its name, and that of its repository
/// @param url where it is reached
/// @param state how it fares
/// @param live the release that serves
/// @param pinned whether that release was chosen over the branch's head
/// @param lastRun the newest run
/// @param units what runs for it
public record AppView(
        String name,
        String url,
        State state,
        Optional<Release> live,
        boolean pinned,
        Optional<Run> lastRun,
        List<UnitView> units) {
    /// Copies what can change.
    public AppView {
        units = List.copyOf(units);
    }

    /// How an app fares.
    public enum State {
        /// Nothing of it was deployed yet.
        EMPTY,
        /// A release serves.
        LIVE,
        /// A run is going on.
        DEPLOYING,
        /// A release serves, but the newest run failed.
        FAILED_SERVING,
        /// The newest run failed and nothing serves.
        FAILED,
        /// A release should serve, but its unit does not run.
        DOWN
    }
}
