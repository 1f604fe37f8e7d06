package org.pinisi.deployer;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What a build yielded.
///
/// @param tree the folder that is to become the image; inside the request's source folder
/// @param start the command that starts the app in a copy of `tree`, `java` and `node` as plain words to be
///     found
///     on the unit's path; empty = a folder to be served
/// @param summary a short line for the pusher, such as `javac, 3 classes`
record BuildResult(Path tree, Optional<List<String>> start, String summary) {
    BuildResult {
        start = start.map(List::copyOf);
    }
}
