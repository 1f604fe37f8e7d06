package org.pinisi.edge;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads all files of a configuration, and reports all that is wrong in them in one go.
final class ConfigReader {
    private static final int MOST_PROBLEMS = 100;

    private final Path folder;
    private final Map<String, String> fixed;

    /// @param folder for the edge's own files, as in [EdgeConfig#of]
    /// @param fixed settings that the command line has decided; they win over the files
    ConfigReader(Path folder, Map<String, String> fixed) {
        this.folder = folder;
        this.fixed = Map.copyOf(fixed);
    }

    /// What came of the reading.
    sealed interface Reading {
        /// All of it was understood.
        record Good(EdgeSetup setup) implements Reading {}

        /// Something was not, so none of it may be used; by file, line and column.
        record Bad(List<ConfigProblem> problems) implements Reading {
            public Bad {
                problems = List.copyOf(problems);
            }
        }
    }

    Reading read(ConfigFiles files) {
        List<ConfigProblem> problems = new ArrayList<>();
        EdgeFile main = EdgeFile.none(folder, fixed);
        RouteFiles routes = new RouteFiles(files.base(), problems);
        for (Map.Entry<String, String> file : files.texts().entrySet()) {
            YamlPlaces document;
            try {
                document = YamlDocument.read(file.getValue());
            } catch (YamlDocument.Malformed malformed) {
                problems.add(malformed.in(file.getKey()));
                continue;
            }
            if (file.getKey().equals(ConfigFiles.MAIN)) {
                main = EdgeFile.read(document, files.base(), folder, fixed, problems);
            } else {
                routes.add(file.getKey(), document);
            }
        }
        List<EdgeRoute> all = routes.checked();
        Optional<EdgeConfig> config = main.config();
        if (problems.isEmpty() && config.isPresent()) {
            return new Reading.Good(
                    new EdgeSetup(files.version(), config.get(), main.words(), main.certificates(), all));
        }
        problems.sort(Comparator.comparing(ConfigProblem::file)
                .thenComparingInt(ConfigProblem::line)
                .thenComparingInt(ConfigProblem::column));
        return new Reading.Bad(problems.subList(0, Math.min(MOST_PROBLEMS, problems.size())));
    }
}
