package org.pinisi.bench;

import java.nio.file.Path;
import java.time.Duration;

/// Many pushes in a row under a constant load: every request must be answered, and rightly.
final class PushesUnderLoad {
    private PushesUnderLoad() {}

    /// What came of it.
    ///
    /// @param pushed how many pushes ended live
    /// @param refused how many were meant to fail and did
    record Result(int pushed, int refused, Load.Report load, Stats seconds) {}

    /// @param failingEvery after each so many pushes one whose health check fails; 0 = none
    static Result run(Path work, int pushes, int rate, int failingEvery) {
        try (Pinisi pinisi = Pinisi.up(work.resolve("data"))) {
            String url = pinisi.git("app");
            Repository app = TestApp.node(work.resolve("app"));
            live(app.push(url, "main"));
            Stats seconds = new Stats();
            int refused = 0;
            try (Load load =
                    new Load(pinisi.edgePort(), "app.localhost", rate, Duration.ofMinutes(30), TestApp::isVersion)) {
                for (int i = 1; i <= pushes; i++) {
                    TestApp.version(app, i, i + 1);
                    long begin = System.nanoTime();
                    live(app.push(url, "main"));
                    seconds.add((System.nanoTime() - begin) / 1e9);
                    if (failingEvery > 0 && i % failingEvery == 0) {
                        TestApp.unhealthy(app);
                        Shell.Result result = app.push(url, "main");
                        if (!result.output().contains("serves on")) {
                            throw new BenchException("expected the push to fail and say so:\n" + result.output());
                        }
                        refused++;
                        TestApp.healthyAgain(app);
                    }
                }
                return new Result(pushes, refused, load.stop(), seconds);
            }
        }
    }

    static void live(Shell.Result push) {
        String last = push.output()
                .lines()
                .filter(line -> line.startsWith("remote: "))
                .map(String::strip)
                .reduce("", (_, line) -> line);
        if (push.code() != 0 || !last.startsWith("remote: live")) {
            throw new BenchException("the push did not go live:\n" + push.output());
        }
    }
}
