package org.pinisi.deployer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// One build under way: its request, its log, its clock, and the programs it runs.
final class BuildRun {
    private static final int TAIL_LINES = 20;
    private static final int MOST_LINES = 20_000;
    private static final int LONGEST_LINE = 2_000;

    private final BuildRequest request;
    private final BuildLog log;
    private final BuildTools tools;
    private final BuildCommands commands;
    private final InstantSource clock;
    private final Instant deadline;
    private int lines;

    BuildRun(BuildRequest request, BuildLog log, BuildTools tools, BuildCommands commands, InstantSource clock) {
        this.request = request;
        this.log = log;
        this.tools = tools;
        this.commands = commands;
        this.clock = clock;
        this.deadline = clock.instant().plus(request.config().build().timeout());
    }

    BuildRequest request() {
        return request;
    }

    AppConfig config() {
        return request.config();
    }

    Path source() {
        return request.source();
    }

    /// A folder that builds may write, kept from build to build. What lies in it is not to be trusted.
    Path cache(String name) {
        return folder("work/" + name);
    }

    /// A folder kept from build to build that only we write.
    Path kept(String name) {
        return folder("kept/" + name);
    }

    private Path folder(String name) {
        try {
            return Files.createDirectories(request.cache().resolve(name));
        } catch (IOException failure) {
            throw new BuildException("cannot make the cache folder " + name + ": " + failure, failure);
        }
    }

    /// Adds a line to the log; there is an end to what is written.
    void say(String line) {
        lines++;
        if (lines < MOST_LINES) {
            log.line(line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + " ...");
        } else if (lines == MOST_LINES) {
            log.line("(the log ends here: more than " + MOST_LINES + " lines)");
        }
    }

    /// Where a program is.
    ///
    /// @throws BuildException with `advice` when it is not installed
    Path program(String name, String advice) {
        return tools.program(name)
                .orElseThrow(
                        () -> new BuildException("%s is not installed on this machine; %s".formatted(name, advice)));
    }

    boolean isInstalled(String name) {
        return tools.program(name).isPresent();
    }

    /// The value of a variable that the app or this machine sets for builds; empty when neither does.
    String given(String variable) {
        String own = config().build().env().get(variable);
        return own == null ? tools.environment().getOrDefault(variable, "") : own;
    }

    /// Runs a program in the source folder with its output in the log.
    ///
    /// @throws BuildException with its last lines when it fails or the build's time is up
    void run(List<String> arguments) throws InterruptedException {
        run(arguments, Map.of());
    }

    /// As [#run(List)], with more variables.
    void run(List<String> arguments, Map<String, String> more) throws InterruptedException {
        say("$ " + String.join(" ", arguments));
        Deque<String> tail = new ArrayDeque<>();
        BuildCommands.Ended ended = execute(arguments, more, line -> {
            say(line);
            tail.addLast(line);
            if (tail.size() > TAIL_LINES) {
                tail.removeFirst();
            }
        });
        if (!ended.succeeded()) {
            throw failure(arguments, ended, tail);
        }
    }

    /// What a short program writes, empty when it fails; not in the log.
    Optional<String> ask(List<String> arguments) throws InterruptedException {
        List<String> answer = new ArrayList<>();
        BuildCommands.Ended ended = execute(arguments, Map.of(), line -> {
            if (answer.size() < TAIL_LINES) {
                answer.add(line);
            }
        });
        return ended.succeeded() ? Optional.of(String.join("\n", answer)) : Optional.empty();
    }

    private BuildCommands.Ended execute(List<String> arguments, Map<String, String> more, Consumer<String> consumer)
            throws InterruptedException {
        Duration left = Duration.between(clock.instant(), deadline);
        if (!left.isPositive()) {
            throw new BuildException(timeUp());
        }
        Map<String, String> environment = new TreeMap<>(BuildEnvironment.of(
                tools, cache("home"), cache("own"), config().build().env()));
        environment.putAll(more);
        List<Path> writable = List.of(source(), request.cache().resolve("work"));
        return commands.run(new BuildCommands.Order(arguments, source(), environment, writable), left, consumer);
    }

    private BuildException failure(List<String> arguments, BuildCommands.Ended ended, Deque<String> tail) {
        boolean late = !clock.instant().isBefore(deadline);
        String what = late ? timeUp() : "%s failed: %s".formatted(shortened(arguments), ended.how());
        String last = tail.isEmpty() ? "it wrote nothing" : "its last lines:\n  " + String.join("\n  ", tail);
        return new BuildException(what + "\n" + last);
    }

    /// The program and, where it is one, its subcommand; the whole line stands in the log.
    private static String shortened(List<String> arguments) {
        Path program = Path.of(arguments.getFirst()).getFileName();
        boolean subcommand = arguments.size() > 1 && arguments.get(1).matches("[a-z]{1,20}");
        return program + (subcommand ? " " + arguments.get(1) : "");
    }

    private String timeUp() {
        return "the build took longer than %s; make it faster, or give it more with build.timeout in %s"
                .formatted(ConfigValues.written(config().build().timeout()), AppConfig.FILE);
    }
}
