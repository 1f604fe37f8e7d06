package org.pinisi.host;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/// What a unit is: one running instance of a release. Two specifications that are equal describe the same unit.
///
/// The unit sees `PORT` (it must listen there, on 127.0.0.1 or all addresses), `PINISI_APP`, `PINISI_RELEASE`,
/// `PINISI_UNIT`, `PATH`, `HOME`, `TMPDIR`, `LANG`, then [#environment], then [#secrets]; a later one wins, save for
/// `PORT` and the names that begin with `PINISI_`, which cannot be set. [#toString] shows no secret's value.
///
/// @param id its name, unlike that of any other unit of the host
/// @param app the app's name, 1 to 63 characters of `[a-z0-9-]`
/// @param release the release's number, at least 1
/// @param image the image's folder, absolute: read-only for the unit, and its working folder
/// @param command program and arguments; a program without a slash is looked up along the unit's `PATH`
/// @param environment variables, shown to people
/// @param secrets variables whose values are sealed at rest, and never shown or logged
/// @param memoryBytes the most main memory it may use, at least 1 MiB
/// @param cpus the most processor time it may use, in processors, 0.01 to 4096
/// @param restart what happens when it ends by itself
/// @param grace how long it may take to end after TERM before it is killed, 0 to 10 min
public record UnitSpec(
        UnitId id,
        String app,
        int release,
        Path image,
        List<String> command,
        Map<String, String> environment,
        Map<String, String> secrets,
        OptionalLong memoryBytes,
        OptionalDouble cpus,
        RestartPolicy restart,
        Duration grace) {
    private static final Duration LONGEST_GRACE = Duration.ofMinutes(10);

    public UnitSpec {
        requireNonNull(id, "id");
        requireNonNull(restart, "restart");
        requireNonNull(memoryBytes, "memoryBytes");
        requireNonNull(cpus, "cpus");
        command = List.copyOf(command);
        environment = Map.copyOf(new TreeMap<>(environment));
        secrets = Map.copyOf(new TreeMap<>(secrets));
        if (!app.matches("[a-z0-9][a-z0-9-]{0,62}")) {
            throw new IllegalArgumentException(
                    "app: expected 1 to 63 characters of a-z, 0-9 and -, found \"" + app + "\"");
        }
        if (release < 1) {
            throw new IllegalArgumentException("release: expected at least 1, found " + release);
        }
        if (!image.isAbsolute()) {
            throw new IllegalArgumentException("image: expected an absolute path, found \"" + image + "\"");
        }
        if (command.isEmpty() || command.getFirst().isBlank()) {
            throw new IllegalArgumentException("command: expected a program and its arguments, found none");
        }
        if (memoryBytes.isPresent() && memoryBytes.getAsLong() < 1 << 20) {
            throw new IllegalArgumentException(
                    "memoryBytes: expected at least 1048576, found " + memoryBytes.getAsLong());
        }
        if (cpus.isPresent() && !(cpus.getAsDouble() >= 0.01 && cpus.getAsDouble() <= 4096)) {
            throw new IllegalArgumentException("cpus: expected 0.01 to 4096, found " + cpus.getAsDouble());
        }
        if (grace.isNegative() || grace.compareTo(LONGEST_GRACE) > 0) {
            throw new IllegalArgumentException("grace: expected 0 s to 10 min, found " + grace);
        }
        environment.keySet().forEach(UnitSpec::refuseReserved);
        secrets.keySet().forEach(UnitSpec::refuseReserved);
    }

    private static void refuseReserved(String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "environment: expected names of letters, digits and _, found \"" + name + "\"");
        }
        if (name.equals("PORT") || name.startsWith("PINISI_")) {
            throw new IllegalArgumentException("environment: " + name + " is set by the host; choose another name");
        }
    }

    @Override
    public String toString() {
        return "UnitSpec[id=%s, app=%s, release=%d, image=%s, command=%s, environment=%s, secrets=%s]"
                .formatted(id, app, release, image, command, environment.keySet(), secrets.keySet());
    }
}
