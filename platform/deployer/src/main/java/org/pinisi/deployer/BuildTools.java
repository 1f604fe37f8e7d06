package org.pinisi.deployer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.pinisi.process.Limits;

/// What builds may use of this machine.
///
/// @param javaHome the JDK that compiles and runs Java apps, the running one as a rule
/// @param environment our own environment, of which only an allow list (proxies, certificates, registries)
///     reaches
///     a build
/// @param path folders in which programs such as `mvn` and `npm` are looked for, after the JDK's own
/// @param hidden folders that a build sees empty, save its own scratch and cache in them: our data
/// @param limits the most that one command of a build may use
record BuildTools(Path javaHome, Map<String, String> environment, List<Path> path, List<Path> hidden, Limits limits) {
    private static final List<Path> USUAL_PATH =
            List.of(Path.of("/usr/local/bin"), Path.of("/usr/bin"), Path.of("/bin"));

    BuildTools {
        environment = Map.copyOf(environment);
        path = List.copyOf(path);
        hidden = List.copyOf(hidden);
    }

    /// The running Java, our own environment, the usual folders of programs, no limits.
    static BuildTools ofThisMachine(List<Path> hidden) {
        Path java = Path.of(System.getProperty("java.home"));
        return new BuildTools(java, System.getenv(), USUAL_PATH, hidden, Limits.none());
    }

    /// Every folder that is looked through for programs, the JDK's first.
    List<Path> programFolders() {
        return Stream.concat(Stream.of(javaHome.resolve("bin")), path.stream()).toList();
    }

    /// Where a program is.
    Optional<Path> program(String name) {
        return programFolders().stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
