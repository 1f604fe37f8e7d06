package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// Two pushes, the second as soon as the first is being built: the newer must serve, and the older one's
/// processes must be gone.
final class TwoPushes {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(20);

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
            awaitBuild(mark);
            app.git("rm", "-q", "pinisi.yaml").orFail(List.of("git rm"));
            TestApp.version(app, 2, 3);
            Shell.Result second = app.push(pinisi.git("app"), "main");
            pusher.join();
            return new Result(
                    first.toString(),
                    second.output(),
                    Kills.Answer.of(pinisi.edgePort(), "app.localhost"),
                    building(mark));
        }
    }

    /// A push that came before the other one would be refused as older, or refuse it.
    private static void awaitBuild(String mark) {
        long begin = System.nanoTime();
        while (building(mark) == 0) {
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new BenchException("the first push was not built within " + PATIENCE.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static long building(String mark) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("sleep " + mark))
                .count();
    }
}
