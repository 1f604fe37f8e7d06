package org.pinisi.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What every command that talks to a running Pinisi needs: its data folder and where to print. The folder
/// comes from `--data`, which stands before or after the command's name.
@Command
final class CommandScope {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    DataFolder data() {
        Object root = spec.root().userObject();
        if (root instanceof Commands commands) {
            return DataFolder.existing(commands.data());
        }
        throw new IllegalStateException("the root of the commands is not ours");
    }

    /// As [#data], for commands that do without.
    Optional<DataFolder> existingData() {
        Object root = spec.root().userObject();
        return root instanceof Commands commands && Files.isDirectory(commands.data())
                ? Optional.of(DataFolder.existing(commands.data()))
                : Optional.empty();
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
