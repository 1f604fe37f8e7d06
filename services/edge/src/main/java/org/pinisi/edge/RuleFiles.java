package org.pinisi.edge;

import java.nio.file.Path;

/// Files that rules name.
final class RuleFiles {
    private RuleFiles() {}

    static void absolute(String field, Path file) {
        if (!file.isAbsolute()) {
            throw EdgeException.at(field, "\"" + file + "\" is a relative path (expected: an absolute one)");
        }
    }
}
