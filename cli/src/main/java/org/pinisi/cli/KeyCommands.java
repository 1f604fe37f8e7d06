package org.pinisi.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.pinisi.git.GitException;
import org.pinisi.git.SshKey;
import org.pinisi.git.SshKeySeed;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `pinisi key`: SSH keys that are a short text, as awa_gen_key makes them.
@Command(
        name = "key",
        description = {
            "Makes and shows SSH keys that are a short text: rsa:SEED or ed25519:BASE64.",
            "The same text gives the same key for ever, as with MirageOS's awa_gen_key. It is as secret as the key."
        },
        subcommands = {KeyCommands.Gen.class, KeyCommands.Show.class},
        synopsisSubcommandLabel = "(gen | show)")
final class KeyCommands implements Callable<Integer> {
    private static final String COMMENT = "awa@awa.local";
    private static final int MOST_BYTES = 8192;

    @Override
    public Integer call() {
        throw new CommandException(ExitCodes.USAGE, "say what to do: pinisi key gen | show …");
    }

    /// The kinds of keys, as they are written on the command line.
    enum Kind {
        rsa,
        ed25519
    }

    /// `pinisi key gen`.
    @Command(
            name = "gen",
            description = {
                "Makes a key, and prints its text and its public key.",
                "With --output the private key goes into a file for OpenSSH instead, and its text is not printed."
            },
            footerHeading = "%nExamples:%n",
            footer = {"  pinisi key gen", "  pinisi key gen --type rsa --bits 2048 --seed-file seed.txt --output id"})
    static final class Gen implements Callable<Integer> {
        @Mixin
        private CommandScope scope = new CommandScope();

        @Mixin
        private JsonOption json = new JsonOption();

        @Option(
                names = "--type",
                paramLabel = "TYPE",
                defaultValue = "rsa",
                description = "What to make: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
        private Kind type = Kind.rsa;

        @Option(
                names = "--bits",
                paramLabel = "N",
                defaultValue = "4096",
                description = "The size of an RSA key, 2048 to 8192 (default: ${DEFAULT-VALUE}).")
        private int bits = SshKeySeed.DEFAULT_RSA_BITS;

        @Option(
                names = "--seed",
                paramLabel = "SEED",
                description =
                        "Make the key of this seed (default: a random one). Other users see it in the process list.")
        private @Nullable String seed;

        @Option(
                names = "--seed-file",
                paramLabel = "FILE",
                description = "Read the seed from the first line of FILE, or with - of standard input.")
        private @Nullable String seedFile;

        @Option(
                names = "--output",
                paramLabel = "FILE",
                description = "Write the private key to FILE, with mode 0600, in OpenSSH's format.")
        private @Nullable Path output;

        @Option(
                names = "--comment",
                paramLabel = "TEXT",
                defaultValue = COMMENT,
                description = "The comment of the public key (default: ${DEFAULT-VALUE}).")
        private String comment = COMMENT;

        @Override
        public Integer call() throws Exception {
            String from = given(seed, seedFile, "--seed", "--seed-file")
                    .orElseGet(() -> SshKeySeed.randomSeed(new SecureRandom()));
            SshKeySeed text = understood(() -> switch (type) {
                case rsa -> SshKeySeed.rsa(from, bits);
                case ed25519 -> SshKeySeed.ed25519FromSeed(from);
            });
            SshKey key = text.key();
            String line = key.publicLine(comment);
            Optional<Path> file = Optional.ofNullable(output);
            if (file.isPresent()) {
                key.write(file.get(), comment);
            }
            print(scope, json, text, key, line, file);
            return ExitCodes.DONE;
        }

        private static void print(
                CommandScope scope, JsonOption json, SshKeySeed text, SshKey key, String line, Optional<Path> file) {
            if (json.wanted()) {
                Map<String, String> fields = shown(text, key, line);
                file.ifPresentOrElse(
                        path -> fields.put("file", path.toString()), () -> fields.put("private", text.text()));
                scope.out().println(Whereabouts.json(fields));
                return;
            }
            if (file.isEmpty()) {
                String name = switch (text.type()) {
                    case RSA -> "private key seed: ";
                    case ED25519 -> "private key: ";
                };
                scope.out().println(name + text.text());
            }
            scope.out().println(line);
        }
    }

    /// `pinisi key show`.
    @Command(
            name = "show",
            description = {
                "Prints the public key and the fingerprint of a key.",
                "It prints nothing secret. Without KEY and --key-file, the key is read from standard input."
            },
            footerHeading = "%nExample:%n",
            footer = "  pinisi key show --key-file key.txt")
    static final class Show implements Callable<Integer> {
        @Mixin
        private CommandScope scope = new CommandScope();

        @Mixin
        private JsonOption json = new JsonOption();

        @Parameters(
                arity = "0..1",
                paramLabel = "KEY",
                description = "rsa:SEED or ed25519:BASE64. Other users see it in the process list.")
        private @Nullable String text;

        @Option(
                names = "--key-file",
                paramLabel = "FILE",
                description = "Read the key from the first line of FILE, or with - of standard input.")
        private @Nullable String keyFile;

        @Option(
                names = "--bits",
                paramLabel = "N",
                defaultValue = "4096",
                description =
                        "The size of an RSA key, which its text does not tell (default: ${DEFAULT-VALUE}; keys of awa"
                                + " before 0.0.5: 2048).")
        private int bits = SshKeySeed.DEFAULT_RSA_BITS;

        @Option(
                names = "--comment",
                paramLabel = "TEXT",
                defaultValue = COMMENT,
                description = "The comment of the public key (default: ${DEFAULT-VALUE}).")
        private String comment = COMMENT;

        @Override
        public Integer call() throws Exception {
            Optional<String> argument = given(text, keyFile, "KEY", "--key-file");
            String secret = argument.isPresent() ? argument.get() : firstLine("-");
            SshKeySeed seed = understood(() -> SshKeySeed.parse(secret, bits));
            SshKey key = seed.key();
            String line = key.publicLine(comment);
            if (json.wanted()) {
                scope.out().println(Whereabouts.json(shown(seed, key, line)));
                return ExitCodes.DONE;
            }
            scope.out().println(line);
            scope.out().println(key.fingerprint());
            return ExitCodes.DONE;
        }
    }

    private static Map<String, String> shown(SshKeySeed seed, SshKey key, String line) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("type", seed.type().name().toLowerCase(Locale.ROOT));
        fields.put("public", line);
        fields.put("fingerprint", key.fingerprint());
        return fields;
    }

    private static Optional<String> given(
            @Nullable String value, @Nullable String file, String valueName, String fileName) throws IOException {
        if (value != null && file != null) {
            throw new CommandException(ExitCodes.USAGE, "give " + valueName + " or " + fileName + ", not both");
        }
        return file == null ? Optional.ofNullable(value) : Optional.of(firstLine(file));
    }

    private static String firstLine(String file) throws IOException {
        byte[] bytes;
        if (file.equals("-")) {
            bytes = System.in.readNBytes(MOST_BYTES);
        } else {
            try (InputStream in = Files.newInputStream(Path.of(file))) {
                bytes = in.readNBytes(MOST_BYTES);
            } catch (IOException unreadable) {
                throw new CommandException(ExitCodes.FAILED, "cannot read " + file + ": " + unreadable);
            }
        }
        return new String(bytes, StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .orElseThrow(() -> new CommandException(
                        ExitCodes.USAGE,
                        "no key or seed in the first line of " + (file.equals("-") ? "standard input" : file)));
    }

    /// A key that was not understood is the fault of the command line.
    private static SshKeySeed understood(Supplier<SshKeySeed> reading) {
        try {
            return reading.get();
        } catch (GitException malformed) {
            throw new CommandException(ExitCodes.USAGE, malformed.getMessage());
        }
    }
}
