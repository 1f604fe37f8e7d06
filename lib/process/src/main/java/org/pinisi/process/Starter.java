package org.pinisi.process;

import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns a launch into a child process of ours: a session of its own first, then its control group, then its
/// sandbox.
final class Starter {
    /// Joins control groups before anything else runs, so that no child can be born outside. A constant: what varies
    /// comes
    /// as its arguments, and it replaces itself, so that the process number stays the same.
    private static final String JOIN =
            "while [ \"$1\" != -- ]; do echo $$ > \"$1\" || exit 125; shift; done; shift; exec \"$@\"";

    private static final File NOTHING = new File("/dev/null");

    private final Path setsid;
    private final Path shell;
    private final Optional<Path> bubblewrap;

    Starter(Path setsid, Path shell, Optional<Path> bubblewrap) {
        this.setsid = setsid;
        this.shell = shell;
        this.bubblewrap = bubblewrap;
    }

    Process start(Launch launch, Optional<ControlGroup> group) {
        Command command = launch.command();
        if (!Files.isDirectory(command.folder())) {
            throw new ProcessException("cannot start %s: its folder %s does not exist"
                    .formatted(command.arguments().getFirst(), command.folder()));
        }
        refuseMissing(command);
        ProcessBuilder builder = new ProcessBuilder(line(launch, group))
                .directory(command.folder().toFile())
                .redirectInput(NOTHING)
                .redirectErrorStream(true);
        builder.environment().clear();
        command.environment().forEach((name, value) -> builder.environment().put(encodable(name), encodable(value)));
        builder.environment().put(launch.marker().name(), launch.marker().value());
        try {
            redirect(builder, launch.output());
            return builder.start();
        } catch (IOException failure) {
            throw new ProcessException(
                    "cannot start " + command.arguments().getFirst() + ": " + failure.getMessage(), failure);
        }
    }

    /// Looks a program up as execvp(3) does.
    static Optional<Path> find(String program, String path, Path folder) {
        if (program.contains("/")) {
            Path file = folder.resolve(program);
            return Files.isRegularFile(file) && Files.isExecutable(file) ? Optional.of(file) : Optional.empty();
        }
        for (String place : path.split(":")) {
            Path file = folder.resolve(place).resolve(program);
            if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    private List<String> line(Launch launch, Optional<ControlGroup> group) {
        List<String> line = new ArrayList<>();
        line.add(setsid.toString());
        group.ifPresent(joined -> {
            line.addAll(List.of(shell.toString(), "-c", JOIN, "pinisi-launch"));
            joined.doors().forEach(door -> line.add(door.toString()));
            line.add("--");
        });
        switch (launch.sandbox()) {
            case Sandbox.None() -> {}
            case Sandbox.Bubblewrap wish -> {
                Path program =
                        bubblewrap.orElseThrow(() -> new ProcessException("there is no sandbox on this machine"));
                line.addAll(Bubblewrap.prefix(program, wish, launch.command().folder()));
                // A session of its own inside, so that it can be told apart from the sandbox's watchmen.
                line.add(setsid.toString());
            }
        }
        launch.command().arguments().forEach(argument -> line.add(encodable(argument)));
        return line;
    }

    private static void refuseMissing(Command command) {
        String program = command.arguments().getFirst();
        String path = command.environment().getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
        if (find(program, path, command.folder()).isPresent()) {
            return;
        }
        String where = program.contains("/") ? "in " + command.folder() : "along PATH=" + path;
        throw new ProcessException("cannot start %s: there is no such program %s".formatted(program, where));
    }

    /// Java hands arguments over in the locale's encoding and turns what does not fit into question marks, silently.
    private static String encodable(String text) {
        Charset encoding = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        boolean plain = text.chars().allMatch(character -> character < 128);
        if (!plain && !encoding.newEncoder().canEncode(text)) {
            throw new ProcessException("an argument or variable has characters beyond this locale's encoding "
                    + encoding + "; start Pinisi with LC_ALL=C.UTF-8");
        }
        return text;
    }

    private static void redirect(ProcessBuilder builder, Output output) throws IOException {
        switch (output) {
            case Output.Append(Path file) -> {
                try {
                    Files.createFile(
                            file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                } catch (FileAlreadyExistsException fromBefore) {
                    // Appended to.
                }
                builder.redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()));
            }
            case Output.Lines ignored -> builder.redirectOutput(ProcessBuilder.Redirect.PIPE);
            case Output.Discard() -> builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        }
    }

    /// Where the programs are that nothing works without.
    static Path required(String program, Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", "") + ":/usr/bin:/bin";
        return find(program, path, Path.of("/"))
                .orElseThrow(() -> new ProcessException(
                        "there is no program " + program + " along PATH; install util-linux and a POSIX shell"));
    }
}
