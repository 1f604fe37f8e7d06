package org.pinisi.deployer;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The environment of a build's programs: clean, plus what is needed to reach registries, plus what the app
/// asks for.
final class BuildEnvironment {
    private static final Set<String> PASSED = Set.of(
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "NO_PROXY",
            "ALL_PROXY",
            "NODE_EXTRA_CA_CERTS",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "MAVEN_OPTS",
            "MAVEN_ARGS",
            "GRADLE_OPTS");
    private static final String NPM = "NPM_CONFIG_";
    /// Settings of npm that name places of our own user, which a build does not see.
    private static final Set<String> NPM_PLACES =
            Set.of("NPM_CONFIG_CACHE", "NPM_CONFIG_PREFIX", "NPM_CONFIG_USERCONFIG", "NPM_CONFIG_GLOBALCONFIG");
    private static final List<String> SECRET_PARTS = List.of("AUTH", "PASSWORD", "TOKEN", "SECRET", "KEY");

    private BuildEnvironment() {}

    /// @param home the programs' home folder
    /// @param cache the folder that the app's own commands may keep things in
    /// @param app key `build.env`
    static Map<String, String> of(BuildTools tools, Path home, Path cache, Map<String, String> app) {
        Map<String, String> environment = new TreeMap<>();
        tools.environment().forEach((name, value) -> {
            if (isPassed(name)) {
                environment.put(name, value);
            }
        });
        environment.put("LANG", "C.UTF-8");
        environment.put("CI", "1");
        environment.put("TMPDIR", "/tmp");
        environment.put(
                "PATH", tools.programFolders().stream().map(Path::toString).collect(Collectors.joining(":")));
        environment.putAll(app);
        environment.put("HOME", home.toString());
        environment.put("JAVA_HOME", tools.javaHome().toString());
        environment.put("PINISI_CACHE", cache.toString());
        return environment;
    }

    private static boolean isPassed(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        if (PASSED.contains(upper)) {
            return true;
        }
        return upper.startsWith(NPM)
                && !NPM_PLACES.contains(upper)
                && SECRET_PARTS.stream().noneMatch(upper::contains);
    }
}
