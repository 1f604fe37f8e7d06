package org.pinisi.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pinisi new NAME`.
@Command(
        name = "new",
        description = {
            "Makes a folder with a small app to begin with.",
            "Pinisi need not be up for that. The kinds: java, one Java file; site, a static site; node, a Node app with a"
                    + " pinisi.yaml; maven, a Maven app."
        },
        footerHeading = "%nExample:%n",
        footer = "  pinisi new --kind node hello")
final class NewCommand implements Callable<Integer> {
    @Mixin
    private CommandScope scope = new CommandScope();

    @Parameters(paramLabel = "NAME", description = "The name of the app and of the new folder: a-z, 0-9 and -.")
    private String name = "";

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "java",
            description = "What to make: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Kind kind = Kind.java;

    /// What can be begun with: an example each, whose files the build packs into our jar.
    enum Kind {
        java("clock", List.of("Clock.java", "README.md")),
        site("site", List.of("index.html", "style.css", "404.html", "README.md")),
        node("node-hello", List.of("package.json", "server.js", "pinisi.yaml", "README.md")),
        maven("maven-hello", List.of("pom.xml", "src/main/java/hello/Hello.java", "README.md"));

        private final String example;
        private final List<String> files;

        Kind(String example, List<String> files) {
            this.example = example;
            this.files = files;
        }

        String example() {
            return example;
        }

        List<String> files() {
            return files;
        }
    }

    @Override
    public Integer call() throws IOException {
        if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            throw new CommandException(
                    ExitCodes.USAGE,
                    "\"" + name
                            + "\" cannot be an app's name: expected 1 to 63 of a-z, 0-9 and -, with no - at either end");
        }
        Path folder = Path.of(name);
        if (Files.exists(folder)) {
            throw new CommandException(
                    ExitCodes.FAILED, folder + " is there already; choose another name or remove it");
        }
        for (String file : kind.files()) {
            copy(folder, file);
        }
        scope.out().println("Made " + name + "/ (" + kind.name().toLowerCase(Locale.ROOT) + "). Next:");
        scope.out().println("  cd " + name + " && git init -b main && git add . && git commit -m one");
        scope.out().println("  git push " + git() + name + ".git main");
        return ExitCodes.DONE;
    }

    /// Where to push to: where this installation is, or would be by default.
    private String git() {
        return scope.existingData()
                .flatMap(Control::whereabouts)
                .map(Whereabouts::git)
                .orElse("http://127.0.0.1:8080/git/");
    }

    private void copy(Path folder, String file) throws IOException {
        String resource = "examples/" + kind.example() + "/" + file;
        try (InputStream content = NewCommand.class.getResourceAsStream(resource)) {
            if (content == null) {
                throw new IllegalStateException("this build lacks " + resource);
            }
            Path target = folder.resolve(file);
            Files.createDirectories(target.getParent());
            Files.copy(content, target);
        }
    }
}
