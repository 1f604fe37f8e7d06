package org.pinisi.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Two pushes a tenth of a second apart, while the first is being built: the newer must serve, and the
/// older one's processes must be gone.
final class TwoPushes {
    private TwoPushes() {}

    /// What came of it.
    ///
    /// @param first what the first pusher read
    /// @param second what the second pusher read
    /// @param serves the answer in the end
    /// @param leftOver processes of the first build that still run
    record Result(String first, String second, String serves, long leftOver) {}

    static Result run(Path work) throws InterruptedException {
        try (Pinisi pinisi = Pinisi.up(work.resolve("data"))) {
            Repository app = TestApp.node(work.resolve("app"));
            PushesUnderLoad.live(app.push(pinisi.git("app"), "main"));
            // A build that would take a minute, and can be recognised.
            String mark = "61.0" + ProcessHandle.current().pid();
            app.write(
                    "pinisi.yaml", "build: {kind: run, command: [sleep, '" + mark + "']}\nstart: [node, server.js]\n");
            TestApp.version(app, 1, 2);
            StringBuilder first = new StringBuilder();
            String older = app.head();
            Thread pusher = Thread.ofVirtual()
                    .start(() -> first.append(app.push(pinisi.git("app"), older + ":refs/heads/main")
                            .output()));
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            app.git("rm", "-q", "pinisi.yaml").orFail(List.of("git rm"));
            TestApp.version(app, 2, 3);
            Shell.Result second = app.push(pinisi.git("app"), "main");
            pusher.join();
            long left = ProcessHandle.allProcesses()
                    .filter(process -> process.info().commandLine().orElse("").contains("sleep " + mark))
                    .count();
            return new Result(
                    first.toString(), second.output(), Kills.Answer.of(pinisi.edgePort(), "app.localhost"), left);
        }
    }
}
