package org.pinisi.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.pinisi.deployer.Run;
import org.pinisi.deployer.SettingView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `pinisi env` and `pinisi secret`: the same three commands on what is shown and what is never shown.
final class SettingCommands {
    private SettingCommands() {}

    /// `pinisi env …`.
    @Command(
            name = "env",
            description = {
                "Lists, sets and removes an app's environment variables.",
                "They win over `env` in pinisi.yaml. What must not be seen is set with `pinisi secret`."
            },
            subcommands = {EnvList.class, EnvSet.class, EnvUnset.class},
            synopsisSubcommandLabel = "(list | set | unset)")
    static final class Env implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new CommandException(ExitCodes.USAGE, "say what to do: pinisi env list | set | unset APP …");
        }
    }

    /// `pinisi secret …`.
    @Command(
            name = "secret",
            description = {
                "Lists, sets and removes an app's secrets.",
                "An app finds a secret in its environment. Its value is kept encrypted, and no command or page shows it."
            },
            subcommands = {SecretList.class, SecretSet.class, SecretUnset.class},
            synopsisSubcommandLabel = "(list | set | unset)")
    static final class Secret implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new CommandException(ExitCodes.USAGE, "say what to do: pinisi secret list | set | unset APP …");
        }
    }

    @Command(
            name = "set",
            description = "Sets variables, and deploys the app with them.",
            footerHeading = "%nExample:%n",
            footer = "  pinisi env set shop LANG=id_ID.UTF-8 GREETING='Selamat datang'")
    static final class EnvSet implements Callable<Integer> {
        @Mixin
        private CommandScope scope = new CommandScope();

        @Mixin
        private FollowOption follow = new FollowOption();

        @Parameters(index = "0", paramLabel = "APP", description = "The app.")
        private String app = "";

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME=VALUE", description = "What to set.")
        private List<String> assignments = List.of();

        @Override
        public Integer call() throws Exception {
            return set(scope, follow, app, pairs(assignments), false);
        }
    }

    @Command(
            name = "set",
            description = {
                "Sets secrets, and deploys the app with them.",
                "A NAME without a value is asked for at a terminal, and read from standard input otherwise, one line each. So it"
                        + " stays out of the shell's history and the process list."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  pinisi secret set shop API_TOKEN", "  pinisi secret set shop API_TOKEN < token.txt"})
    static final class SecretSet implements Callable<Integer> {
        @Mixin
        private CommandScope scope = new CommandScope();

        @Mixin
        private FollowOption follow = new FollowOption();

        @Parameters(index = "0", paramLabel = "APP", description = "The app.")
        private String app = "";

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME[=VALUE]", description = "What to set.")
        private List<String> assignments = List.of();

        @Override
        public Integer call() throws Exception {
            return set(scope, follow, app, asked(assignments), true);
        }
    }

    /// What `env unset` and `secret unset` share.
    abstract static class Unset implements Callable<Integer> {
        private final boolean secret;

        @Mixin
        private CommandScope scope = new CommandScope();

        @Mixin
        private FollowOption follow = new FollowOption();

        @Parameters(index = "0", paramLabel = "APP", description = "The app.")
        private String app = "";

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "What to remove.")
        private List<String> names = List.of();

        Unset(boolean secret) {
            this.secret = secret;
        }

        @Override
        public Integer call() throws Exception {
            return unset(scope, follow, app, names, secret);
        }
    }

    @Command(name = "unset", description = "Removes variables, and deploys the app without them.")
    static final class EnvUnset extends Unset {
        EnvUnset() {
            super(false);
        }
    }

    @Command(name = "unset", description = "Removes secrets, and deploys the app without them.")
    static final class SecretUnset extends Unset {
        SecretUnset() {
            super(true);
        }
    }

    /// What `env list` and `secret list` share.
    abstract static class Listing implements Callable<Integer> {
        private final boolean secret;

        @Mixin
        private CommandScope scope = new CommandScope();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(paramLabel = "APP", description = "The app.")
        private String app = "";

        Listing(boolean secret) {
            this.secret = secret;
        }

        @Override
        public Integer call() throws Exception {
            return list(scope, json, app, secret);
        }
    }

    @Command(name = "list", description = "Lists an app's variables that `pinisi env set` has set.")
    static final class EnvList extends Listing {
        EnvList() {
            super(false);
        }
    }

    @Command(name = "list", description = "Lists the names of an app's secrets.")
    static final class SecretList extends Listing {
        SecretList() {
            super(true);
        }
    }

    private static int set(
            CommandScope scope, FollowOption follow, String app, Map<String, String> values, boolean secret)
            throws Exception {
        return Control.call(scope.data(), client -> {
            Optional<Run> run = client.set(app, values, secret);
            return run.isEmpty() ? saved(scope) : follow.until(client, run.get(), scope.out());
        });
    }

    private static int unset(CommandScope scope, FollowOption follow, String app, List<String> names, boolean secret)
            throws Exception {
        return Control.call(scope.data(), client -> {
            Optional<Run> run = client.unset(app, names, secret);
            return run.isEmpty() ? saved(scope) : follow.until(client, run.get(), scope.out());
        });
    }

    private static int saved(CommandScope scope) {
        scope.out().println("saved; the next deployment takes it up");
        return ExitCodes.DONE;
    }

    private static int list(CommandScope scope, JsonOption json, String app, boolean secret) throws Exception {
        return Control.call(scope.data(), client -> {
            List<SettingView> settings = client.settings(app).stream()
                    .filter(setting -> setting.secret() == secret)
                    .toList();
            if (json.wanted()) {
                scope.out().println(Whereabouts.json(settings));
                return ExitCodes.DONE;
            }
            for (SettingView setting : settings) {
                scope.out().println(secret ? setting.name() : setting.name() + "=" + setting.value());
            }
            return ExitCodes.DONE;
        });
    }

    private static Map<String, String> pairs(List<String> assignments) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                throw new CommandException(ExitCodes.USAGE, "expected NAME=VALUE, found \"" + assignment + "\"");
            }
            pairs.put(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
        return pairs;
    }

    private static Map<String, String> asked(List<String> assignments) throws IOException {
        Map<String, String> pairs = new LinkedHashMap<>();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals > 0) {
                pairs.put(assignment.substring(0, equals), assignment.substring(equals + 1));
                continue;
            }
            pairs.put(assignment, ask(assignment, input));
        }
        return pairs;
    }

    private static String ask(String name, BufferedReader input) throws IOException {
        Console console = System.console();
        if (console != null && console.isTerminal()) {
            char[] typed = console.readPassword("%s: ", name);
            if (typed != null) {
                return new String(typed);
            }
        }
        String line = input.readLine();
        if (line == null) {
            throw new CommandException(ExitCodes.USAGE, "no value for " + name + " on standard input");
        }
        return line;
    }
}
