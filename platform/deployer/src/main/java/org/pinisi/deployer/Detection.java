package org.pinisi.deployer;

import java.nio.file.Path;

/// Finds out from the files how an app is to be built.
final class Detection {
    private Detection() {}

    /// @param source a plain folder with the repository's files
    /// @param app the app's name, which a Java source file may carry
    /// @throws BuildException when nothing known is there, or the configuration asks for what is not there
    static Plan of(Path source, AppConfig config, String app) {
        return new Plan.Static(".", 0);
    }
}
