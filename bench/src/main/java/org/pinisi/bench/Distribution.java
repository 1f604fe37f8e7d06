package org.pinisi.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What `./pinisi` has built last: jars, and the JVM's arguments for each role.
///
/// @param folder where all of it is
/// @param java the JVM it was made with
record Distribution(Path folder, String java) {
    /// @throws BenchException if nothing was built; `bench/run` has it built first
    static Distribution current() {
        Path builds = Pinisi.home().resolve("target/dist");
        try {
            List<String> lines = Files.readAllLines(builds.resolve("current"));
            String home = lines.get(1).substring(0, lines.get(1).lastIndexOf(' '));
            return new Distribution(builds.resolve(lines.getFirst()), home + "/bin/java");
        } catch (IOException failure) {
            throw new BenchException("nothing is built: run ./pinisi --version first", failure);
        }
    }

    /// The class path of the daemons; a JVM takes their cache only if its class path begins with it.
    String classPath() {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("edge.args"));
            String quoted = lines.get(lines.indexOf("-cp") + 1);
            return quoted.substring(1, quoted.length() - 1)
                    .replace("\\\\", "\\")
                    .replace("\\\"", "\"");
        } catch (IOException failure) {
            throw new BenchException("cannot read the arguments in " + folder, failure);
        }
    }

    /// The folder or jar that a class is from.
    static Path classesOf(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException impossible) {
            throw new BenchException("no folder of " + type, impossible);
        }
    }
}
