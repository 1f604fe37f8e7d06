package org.pinisi.deployer;

/// Where a build's output goes, line by line. Called by one thread at a time; must not block for long.
@FunctionalInterface
interface BuildLog {
    /// @param line without its line break, at most a few thousand characters
    void line(String line);
}
