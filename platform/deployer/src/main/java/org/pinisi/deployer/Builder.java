package org.pinisi.deployer;

import java.util.Optional;

/// Turns an app's source into the tree of its image and the command that starts it.
interface Builder {
    /// Builds; blocking. Interruption ends every process of the build before this returns.
    ///
    /// @throws BuildException when the app cannot be built
    BuildResult build(BuildRequest request, BuildLog log) throws InterruptedException;

    /// The builder of every kind of plan, with the outside programs it may use.
    static Builder of(BuildTools tools) {
        return (request, log) -> {
            log.line("building " + request.app() + " with " + tools.javaHome());
            return new BuildResult(request.source(), Optional.empty(), "");
        };
    }
}
