package org.pinisi.site;

import org.pinisi.git.CommitId;
import org.pinisi.http.FastPath;
import org.pinisi.http.Handler;

/// Where the commits of a branch are shown: one at a time to everybody, others apart as previews.
interface Stage extends FastPath, Handler {
    /// Whether anything is shown yet.
    boolean isReady();

    /// Shows this commit from now on, wholly or not at all.
    ///
    /// @throws RuntimeException when it cannot be shown; what was shown before is shown on
    void show(CommitId commit);

    /// What answers for this commit alone, at the paths below `prefix`, such as `/@1234567`.
    Handler preview(CommitId commit, String prefix);
}
