package org.pinisi.deployer;

import java.util.Locale;

/// Why a run was begun.
public enum Cause {
    /// Somebody pushed a commit.
    PUSH,
    /// Somebody chose an earlier release.
    ROLLBACK,
    /// Somebody asked for the same commit once more.
    REDEPLOY,
    /// An environment variable or a secret was changed.
    SETTINGS;

    /// The word for people and JSON, in lower case.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
