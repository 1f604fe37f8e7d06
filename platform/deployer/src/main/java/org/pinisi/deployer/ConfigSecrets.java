package org.pinisi.deployer;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Recognises names that people give to secrets.
final class ConfigSecrets {
    private static final Pattern SECRET = Pattern.compile(
            ".*(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|PRIVATE_?KEY|API_?KEY|ACCESS_?KEY|AUTH_?KEY).*");
    private static final Pattern HARMLESS =
            Pattern.compile(".*(_URL|_FILE|_PATH|_NAME|_ID|_TTL|_LENGTH|_EXPIRY|_TIMEOUT)");

    private ConfigSecrets() {}

    static boolean looksSecret(String name) {
        String upper = name.toUpperCase(Locale.ROOT).replace('-', '_');
        return SECRET.matcher(upper).matches() && !HARMLESS.matcher(upper).matches();
    }

    /// A hint for each variable that looks like a secret; never its value.
    static Stream<String> hints(Map<String, String> env) {
        return env.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty() && looksSecret(entry.getKey()))
                .map(entry ->
                        "env.%s looks like a secret, and everyone who can read the repository can read it; remove it there and run: pinisi secret set %s"
                                .formatted(entry.getKey(), entry.getKey()));
    }
}
