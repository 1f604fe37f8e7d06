package org.pinisi.deployer;

import java.time.InstantSource;
import org.pinisi.process.Processes;

/// Turns an app's source into the tree of its image and the command that starts it.
///
/// What the image holds, by [Plan]:
///
/// | plan | with `build.output` | without |
/// |---|---|---|
/// | static | – | the folder, without dot files (`.well-known` stays) |
/// | Java source | that folder | the repository and its classes |
/// | Maven, Gradle | that folder | with `start`: the repository after the build; else the runnable jar and its
/// libraries |
/// | Node | that folder | the repository after the build, without development dependencies |
/// | run | that folder | the repository after the build |
///
/// An image without a start command is served as a folder. `start` in the configuration wins over what is
/// found.
interface Builder {
    /// Builds; blocking. Interruption ends every process of the build before this throws.
    ///
    /// @throws BuildException when the app cannot be built
    BuildResult build(BuildRequest request, BuildLog log) throws InterruptedException;

    /// The builder of every kind of plan, with real processes.
    ///
    /// @param instance a word for this installation, for [BuildProcesses#endLeftovers]
    static Builder of(BuildTools tools, Processes processes, String instance) {
        return new PlanBuilder(tools, new BuildProcesses(processes, tools, instance), InstantSource.system());
    }
}
