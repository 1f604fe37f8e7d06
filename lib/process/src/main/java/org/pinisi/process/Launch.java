package org.pinisi.process;

import static java.util.Objects.requireNonNull;

/// All that [Processes#start] needs to know.
///
/// @param command what to run
/// @param marker added to the environment; must be unlike that of any other launch still alive, for ending one ends
///     all that carry the same
/// @param output where it writes; standard input is always `/dev/null`
/// @param sandbox what it may see
/// @param limits what it may use
public record Launch(Command command, Marker marker, Output output, Sandbox sandbox, Limits limits) {
    public Launch {
        requireNonNull(command, "command");
        requireNonNull(marker, "marker");
        requireNonNull(output, "output");
        requireNonNull(sandbox, "sandbox");
        requireNonNull(limits, "limits");
    }
}
