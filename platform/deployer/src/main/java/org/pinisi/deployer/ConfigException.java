package org.pinisi.deployer;

import java.util.List;
import java.util.stream.Collectors;

/// A `pinisi.yaml` says something that cannot be done; its message shows every problem found, ready for the
/// pusher.
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<ConfigProblem> problems;

    /// @param unlisted how many more there are
    ConfigException(List<ConfigProblem> problems, int unlisted) {
        super(problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n"))
                + (unlisted == 0 ? "" : "\nand " + unlisted + " more of the kind"));
        this.problems = List.copyOf(problems);
    }

    /// At least one, in the order of the file.
    public List<ConfigProblem> problems() {
        return problems;
    }
}
