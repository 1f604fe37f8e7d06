package org.pinisi.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// The manual page pinisi(1), written from the command tree in the language of man(7).
final class ManPage {
    /// What every command has is told once, at the top.
    private static final Set<String> EVERYWHERE = Set.of("--data", "--help", "--version");

    private static final String INTRODUCTION = """
            Pinisi turns a `git push` into a running, isolated service on a machine of your own. It is a Git server, a builder, \
            a host for what was built, and the edge through which it is reached; a web page shows it all.

            `pinisi up` starts it and says where to push. Every pushed repository is an app, reached at \
            http://NAME.localhost:8000. What cannot be seen from its files is said in its `pinisi.yaml`.
            """;

    private static final String ENVIRONMENT = """
            PINISI_DATA
            The data folder, where `--data` does not name one.
            PINISI_JAVA_HOME
            The JDK 25 to build and run Pinisi with. Otherwise JAVA_HOME, PATH and /usr/lib/jvm are searched.
            XDG_CONFIG_HOME
            The folder below which the key of the secrets lies (default: ~/.config).
            """;

    private static final String FILES = """
            data/
            The data folder: repositories, releases, settings, images, logs. It belongs to one control plane at a time.
            data/ssh/authorized_keys
            The keys of those who may push over SSH.
            ~/.config/pinisi/*.key
            The keys that open the secrets, one for each data folder.
            """;

    private final CommandSpec root;
    private final StringBuilder page = new StringBuilder();

    private ManPage(CommandSpec root) {
        this.root = root;
    }

    static String of(CommandSpec root) {
        return new ManPage(root).write();
    }

    private String write() {
        page.append(".\\\" Written by `pinisi man`; do not edit.\n");
        page.append(".TH PINISI 1 \"\" \"").append(Version.line()).append("\" \"Pinisi\"\n");
        section("NAME");
        page.append("pinisi \\- ")
                .append(text("from a git push to a running, isolated service"))
                .append('\n');
        section("SYNOPSIS");
        page.append(text("`pinisi` [`--data` DIR] COMMAND [OPTION…] [ARGUMENT…]"))
                .append('\n');
        section("DESCRIPTION");
        paragraphs(List.of(INTRODUCTION.strip().split("\n\n")));
        section("OPTIONS");
        root.options().forEach(this::option);
        section("COMMANDS");
        root.subcommands().values().forEach(command -> command(command.getCommandSpec()));
        section("EXIT STATUS");
        for (String code : Commands.exitCodes()) {
            item(code.strip().substring(0, 1), code.strip().substring(1).strip());
        }
        section("ENVIRONMENT");
        items(ENVIRONMENT);
        section("FILES");
        items(FILES);
        section("SEE ALSO");
        page.append(text("git-push(1), bwrap(1), and the folder docs of the sources."))
                .append('\n');
        return page.toString();
    }

    private void section(String title) {
        page.append(".SH ").append(title).append('\n');
    }

    private void command(CommandSpec command) {
        if (command.usageMessage().hidden()) {
            return;
        }
        page.append(".SS \"").append(text(synopsis(command))).append("\"\n");
        UsageMessageSpec usage = command.usageMessage();
        paragraphs(List.of(usage.description()));
        if (command.name().equals("clock")) {
            page.append(".PP\n")
                    .append(text("`pinisi clock --help` tells its options."))
                    .append('\n');
            return;
        }
        ownOptions(command).forEach(this::option);
        examples(usage);
        command.subcommands().values().forEach(inner -> command(inner.getCommandSpec()));
    }

    private static String synopsis(CommandSpec command) {
        List<String> words = new ArrayList<>(List.of(command.qualifiedName()));
        if (command.name().equals("clock")) {
            words.add("[OPTION…]");
            return String.join(" ", words);
        }
        ownOptions(command).stream()
                .map(option -> "[" + names(option, "|") + "]")
                .forEach(words::add);
        command.positionalParameters().stream().map(ManPage::parameter).forEach(words::add);
        if (!command.subcommands().isEmpty()) {
            words.add(String.join("|", command.subcommands().keySet()));
        }
        return String.join(" ", words);
    }

    private static String parameter(PositionalParamSpec parameter) {
        String label = parameter.paramLabel() + (parameter.arity().max() > 1 ? "…" : "");
        return parameter.required() ? label : "[" + label + "]";
    }

    private static List<OptionSpec> ownOptions(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.hidden() && !EVERYWHERE.contains(option.longestName()))
                .toList();
    }

    private static String names(OptionSpec option, String between) {
        String names = String.join(between, option.names());
        return option.arity().max() == 0 ? names : names + " " + option.paramLabel();
    }

    private void option(OptionSpec option) {
        item(names(option, ", "), description(option));
    }

    private static String description(ArgSpec argument) {
        return String.join(" ", argument.description());
    }

    private void item(String tag, String description) {
        page.append(".TP\n\\fB")
                .append(text(tag))
                .append("\\fR\n")
                .append(text(description))
                .append('\n');
    }

    private void items(String lines) {
        List<String> all = lines.lines().toList();
        for (int i = 0; i + 1 < all.size(); i += 2) {
            item(all.get(i), all.get(i + 1));
        }
    }

    private void paragraphs(List<String> paragraphs) {
        page.append(paragraphs.stream().map(ManPage::text).collect(Collectors.joining("\n.PP\n")))
                .append('\n');
    }

    private void examples(UsageMessageSpec usage) {
        if (usage.footer().length == 0) {
            return;
        }
        page.append(".PP\n")
                .append(text(usage.footerHeading().replace("%n", "").strip()))
                .append("\n.PP\n.RS 4\n.nf\n");
        for (String line : usage.footer()) {
            page.append(text(line.strip())).append('\n');
        }
        page.append(".fi\n.RE\n");
    }

    /// Backquoted words are bold; what roff would take for its own is made plain.
    private static String text(String words) {
        String plain = words.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("…", "...")
                .replace("\"", "\\(dq")
                .replace("~", "\\(ti")
                .replaceAll("`([^`]*)`", "\\\\fB$1\\\\fR");
        return plain.startsWith(".") || plain.startsWith("'") ? "\\&" + plain : plain;
    }
}
