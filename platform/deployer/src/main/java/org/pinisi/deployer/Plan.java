package org.pinisi.deployer;

import java.util.List;
import java.util.Optional;

/// How an app will be built, as found by [Detection]. Paths are relative to the source folder.
sealed interface Plan {
    /// A line for the pusher, such as `static site, 12 files`.
    String line();

    /// A folder served as it is; `.` is the whole repository.
    record Static(String folder, int files) implements Plan {
        @Override
        public String line() {
            String where = folder.equals(".") ? "" : " in " + folder + "/";
            return "static site, " + files + (files == 1 ? " file" : " files") + where;
        }
    }

    /// Java source without a build tool.
    record JavaSource(String main) implements Plan {
        @Override
        public String line() {
            return "Java source (" + main + "), listens on $PORT";
        }
    }

    /// A `pom.xml`.
    record Maven() implements Plan {
        @Override
        public String line() {
            return "Maven app (pom.xml)";
        }
    }

    /// A Gradle build; the command that starts Gradle.
    record Gradle(String buildFile, List<String> gradle) implements Plan {
        public Gradle {
            gradle = List.copyOf(gradle);
        }

        @Override
        public String line() {
            return "Gradle app (" + buildFile + ")";
        }
    }

    /// A `package.json`; `script` is its start script, `main` the file to run when it has none.
    record Node(Optional<String> script, String main) implements Plan {
        @Override
        public String line() {
            return "Node app (package.json, " + (script.isPresent() ? "npm start" : "node " + main) + ")";
        }
    }

    /// The repository's own command, or none: then the repository is the image as it is.
    record Run(List<String> command) implements Plan {
        public Run {
            command = List.copyOf(command);
        }

        @Override
        public String line() {
            return command.isEmpty()
                    ? "started as it is, by its own command"
                    : "built by its own command (" + command.getFirst() + ")";
        }
    }
}
