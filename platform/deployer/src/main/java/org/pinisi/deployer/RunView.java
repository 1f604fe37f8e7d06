package org.pinisi.deployer;

import java.util.List;

/// A run with its steps.
///
/// @param run the run
/// @param steps in the order in which they began
public record RunView(Run run, List<Step> steps) {
    /// Copies what can change.
    public RunView {
        steps = List.copyOf(steps);
    }
}
