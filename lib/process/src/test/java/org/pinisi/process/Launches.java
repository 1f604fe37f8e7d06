package org.pinisi.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Launches for tests: each carries a marker of its own, so that tests do not end one another's processes.
final class Launches {
    static final String PATH = "/usr/local/bin:/usr/bin:/bin";

    private Launches() {}

    static Marker marker() {
        return new Marker("PINISI_TEST", UUID.randomUUID().toString());
    }

    static Launch shell(Path folder, Output output, String script) {
        return launch(folder, output, "sh", "-c", script);
    }

    static Launch launch(Path folder, Output output, String... arguments) {
        Command command = new Command(List.of(arguments), folder, Map.of("PATH", PATH));
        return new Launch(command, marker(), output, new Sandbox.None(), Limits.none());
    }

    static Launch with(Launch launch, Sandbox sandbox) {
        return new Launch(launch.command(), launch.marker(), launch.output(), sandbox, launch.limits());
    }

    static Launch with(Launch launch, Limits limits) {
        return new Launch(launch.command(), launch.marker(), launch.output(), launch.sandbox(), limits);
    }
}
