package org.pinisi.site;

import org.pinisi.git.CommitId;

/// Where commits are shown.
@FunctionalInterface
interface Display {
    /// Shows this commit from now on, wholly or not at all.
    ///
    /// @throws RuntimeException when it cannot be shown; what was shown before is shown on
    void show(CommitId commit);
}
