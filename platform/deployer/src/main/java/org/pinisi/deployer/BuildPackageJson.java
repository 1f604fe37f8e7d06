package org.pinisi.deployer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What is needed of a `package.json`.
///
/// @param start the start script
/// @param build whether there is a build script
/// @param main the file that Node runs when there is no start script: `main`, or a usual name that exists
/// @param dependencies whether anything is to be installed for running
/// @param developmentDependencies whether anything is to be installed for building
record BuildPackageJson(
        Optional<String> start,
        boolean build,
        Optional<String> main,
        boolean dependencies,
        boolean developmentDependencies) {
    static final String FILE = "package.json";

    private static final int MOST_BYTES = 1024 * 1024;
    private static final List<String> USUAL_MAIN =
            List.of("server.js", "server.mjs", "server.cjs", "app.js", "index.js");

    /// @throws BuildException when it is no JSON object
    static BuildPackageJson read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (Files.size(file) > MOST_BYTES) {
            throw new BuildException(FILE + " is longer than 1 MiB");
        }
        JsonNode root = parse(file);
        Optional<String> main = Optional.of(root.path("main").asString(""))
                .filter(name -> !name.isEmpty() && Files.isRegularFile(folder.resolve(name)));
        Optional<String> usual = USUAL_MAIN.stream()
                .filter(name -> Files.isRegularFile(folder.resolve(name)))
                .findFirst();
        return new BuildPackageJson(
                Optional.of(root.path("scripts").path("start").asString("").strip())
                        .filter(script -> !script.isEmpty()),
                !root.path("scripts").path("build").asString("").isBlank(),
                main.or(() -> usual),
                !root.path("dependencies").isEmpty()
                        || !root.path("optionalDependencies").isEmpty(),
                !root.path("devDependencies").isEmpty());
    }

    private static JsonNode parse(Path file) {
        try {
            JsonNode root = JsonMapper.shared().readTree(file);
            if (!root.isObject()) {
                throw new BuildException(FILE + " is not a JSON object");
            }
            return root;
        } catch (JacksonException malformed) {
            String place = malformed.getLocation() == null
                    ? ""
                    : ":%d:%d"
                            .formatted(
                                    malformed.getLocation().getLineNr(),
                                    malformed.getLocation().getColumnNr());
            throw new BuildException(FILE + place + ": " + malformed.getOriginalMessage(), malformed);
        }
    }
}
