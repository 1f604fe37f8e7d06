package org.pinisi.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A working copy, driven through the real `git`, with no configuration but its own.
final class Repository {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private static final Map<String, String> ENVIRONMENT =
            Map.of("GIT_CONFIG_GLOBAL", "/dev/null", "GIT_CONFIG_NOSYSTEM", "1", "GIT_TERMINAL_PROMPT", "0");

    private final Path folder;

    private Repository(Path folder) {
        this.folder = folder;
    }

    /// A new repository with a copy of `source` in it, committed on `main`.
    static Repository copyOf(Path source, Path folder) {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path target = folder.resolve(source.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return init(folder).commit("one");
    }

    /// A new repository in `folder`, with nothing committed.
    static Repository init(Path folder) {
        Repository repository = new Repository(folder);
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        repository.git("init", "-q", "-b", "main").orFail(List.of("git init"));
        return repository;
    }

    Path folder() {
        return folder;
    }

    Repository write(String file, String text) {
        try {
            Files.createDirectories(folder.resolve(file).toAbsolutePath().getParent());
            Files.writeString(folder.resolve(file), text);
            return this;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Replaces `old` by `fresh` everywhere in a file.
    Repository replace(String file, String old, String fresh) {
        try {
            String text = Files.readString(folder.resolve(file));
            if (!text.contains(old)) {
                throw new BenchException(file + " does not contain " + old);
            }
            return write(file, text.replace(old, fresh));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    Repository commit(String message) {
        git("add", "-A").orFail(List.of("git add"));
        git("commit", "-q", "--allow-empty", "-m", message).orFail(List.of("git commit"));
        return this;
    }

    String head() {
        return git("rev-parse", "HEAD").output().strip();
    }

    Shell.Result push(String url, String... refs) {
        List<String> arguments = new ArrayList<>(List.of("push", url));
        arguments.addAll(List.of(refs));
        return git(arguments.toArray(String[]::new));
    }

    Shell.Result git(String... arguments) {
        return Shell.run(folder, ENVIRONMENT, LONGEST, command(arguments));
    }

    /// Starts `git` without waiting for its end, which is the caller's to see to; what it says is lost.
    Process start(String... arguments) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command(arguments))
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().putAll(ENVIRONMENT);
            return builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> command(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of("git", "-c", "user.name=Bench", "-c", "user.email=bench@localhost"));
        // It would go on in the background.
        command.addAll(List.of("-c", "maintenance.auto=false", "-c", "gc.auto=0"));
        command.addAll(List.of(arguments));
        return command;
    }
}
