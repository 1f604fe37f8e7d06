package org.pinisi.web;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.pinisi.deployer.AppConfig;
import org.pinisi.deployer.AppView;
import org.pinisi.deployer.Cause;
import org.pinisi.deployer.Drawing;
import org.pinisi.deployer.Release;
import org.pinisi.deployer.Run;
import org.pinisi.deployer.SettingView;
import org.pinisi.deployer.Step;
import org.pinisi.deployer.UnitView;

/// A small installation with something of everything.
final class Scene {
    static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");
    static final PageAddresses ADDRESSES = new PageAddresses(
            "http://127.0.0.1:7400",
            "http://127.0.0.1:7480",
            "http://127.0.0.1:7400/git/",
            "ssh://git@127.0.0.1:7422/");
    static final String BUILD_JOB = "2026-11-21/085930-build-7c1e";
    static final String DEPLOY_JOB = "2026-11-21/085600-deploy-a90f";
    static final String FAILED_JOB = "2026-11-21/082010-build-31bd";

    private Scene() {}

    static Instant ago(long seconds) {
        return NOW.minusSeconds(seconds);
    }

    static FakeDeployments whole() {
        FakeDeployments fake = new FakeDeployments();
        Release clock4 = release("clock", 4, "4be20c19", "Answer in UTC, with the offset", 240);
        Release clock3 = release("clock", 3, "a1f0d377", "Say the time as JSON", 90_000);
        fake.releases.addAll(List.of(
                clock4,
                clock3,
                release("clock", 2, "77e0b1c4", "Listen on $PORT", 100_000),
                release("clock", 1, "03d5f9aa", "First", 300_000)));
        Release site = release("site", 12, "9c0ffee1", "Rigging: two masts, seven sails", 7_300);
        Release shop = release("shop", 7, "d00dfeed", "Cart keeps its order", 200_000);
        fake.releases.addAll(List.of(site, shop));
        Run going = run(41, "notes", Run.State.RUNNING, "Search in titles, too", 22, OptionalLong.empty(), "");
        Run failed = run(
                40,
                "shop",
                Run.State.FAILED,
                "Upgrade to the new payment API",
                2_390,
                OptionalLong.of(19),
                "npm run build ended with status 2\nsrc/pay.ts:31:9 error TS2345: Argument of type 'string' is not assignable"
                        + " to parameter of type 'Amount'.");
        fake.runs.addAll(List.of(
                run(
                        36,
                        "clock",
                        Run.State.CANCELLED,
                        "Half a thought",
                        95_000,
                        OptionalLong.of(3),
                        "a newer commit took its place"),
                run(37, "clock", Run.State.LIVE, clock3.subject(), 90_000, OptionalLong.of(6), "live"),
                run(38, "site", Run.State.LIVE, site.subject(), 7_300, OptionalLong.of(1), "live"),
                run(39, "clock", Run.State.LIVE, clock4.subject(), 245, OptionalLong.of(5), "release 4 serves"),
                failed,
                going));
        steps(fake);
        drawings(fake);
        fake.apps.addAll(List.of(
                app(
                        "clock",
                        AppView.State.LIVE,
                        Optional.of(clock4),
                        fake.runs.get(3),
                        List.of(unit("clock-r4", 4, List.of()))),
                app("notes", AppView.State.DEPLOYING, Optional.empty(), going, List.of()),
                app(
                        "shop",
                        AppView.State.FAILED_SERVING,
                        Optional.of(shop),
                        failed,
                        List.of(unit("shop-r7", 7, List.of("no memory limit: this machine lets us set none")))),
                app("site", AppView.State.LIVE, Optional.of(site), fake.runs.get(2), List.of())));
        fake.settings.add(new SettingView("LOCALE", false, "en_GB.UTF-8-hidden"));
        fake.settings.add(new SettingView("DATABASE_URL", true, ""));
        logs(fake);
        return fake;
    }

    private static void logs(FakeDeployments fake) {
        FakeLog build = new FakeLog();
        build.write("""
                \u001b[1mbuild notes\u001b[0m 5f00baa
                \u001b[36mNode 22\u001b[0m (package.json), npm ci
                added 212 packages in 9s
                \u001b[32m✓\u001b[0m 212 modules transformed
                """);
        fake.logs.put(BUILD_JOB, build);
        fake.logs.put(FAILED_JOB, FakeLog.of("""
                \u001b[1mbuild shop\u001b[0m d00dfee
                npm run build

                > shop@1.4.0 build
                > tsc -p .

                \u001b[36msrc/pay.ts\u001b[0m:\u001b[33m31\u001b[0m:\u001b[33m9\u001b[0m - \u001b[91merror\u001b[0m\u001b[90m TS2345: \u001b[0m\
                Argument of type 'string' is not assignable to parameter of type 'Amount'.

                31   charge(total);
                \u001b[91m           ~~~~~\u001b[0m

                Found 1 error in src/pay.ts:31
                """));
        fake.logs.put(
                DEPLOY_JOB, FakeLog.of("unit clock-r4 on 127.0.0.1:20004\nGET / 200\nswitched, no request was lost\n"));
        fake.console.write(
                "listening on 20004\nGET / 200 1ms\nGET /healthz 200 0ms\n\u001b[33mslow client\u001b[0m 10.0.0.7\n");
    }

    private static void steps(FakeDeployments fake) {
        fake.steps.put(
                41L,
                List.of(
                        step(1, "fetch", Step.State.DONE, "5f00baa, 31 files", Optional.empty(), 22, 1),
                        step(
                                2,
                                "build",
                                Step.State.RUNNING,
                                "Node 22: npm ci, npm run build",
                                Optional.of(BUILD_JOB),
                                21,
                                0)));
        fake.steps.put(
                40L,
                List.of(
                        step(1, "fetch", Step.State.UNCHANGED, "as in run 39", Optional.empty(), 2_390, 1),
                        step(
                                2,
                                "build",
                                Step.State.FAILED,
                                "npm run build ended with status 2",
                                Optional.of(FAILED_JOB),
                                2_389,
                                18)));
        fake.steps.put(
                39L,
                List.of(
                        step(1, "fetch", Step.State.DONE, "4be20c1, 3 files", Optional.empty(), 245, 1),
                        step(
                                2,
                                "build",
                                Step.State.DONE,
                                "Java: 1 file, 4.1 KiB",
                                Optional.of("2026-11-21/085555-build-0001"),
                                244,
                                2),
                        step(
                                3,
                                "start",
                                Step.State.DONE,
                                "unit clock-r4 on 127.0.0.1:20004",
                                Optional.of(DEPLOY_JOB),
                                242,
                                1),
                        step(4, "check", Step.State.DONE, "GET / 200 in 4 ms", Optional.of(DEPLOY_JOB), 241, 1),
                        step(5, "switch", Step.State.DONE, "no request was lost", Optional.of(DEPLOY_JOB), 240, 0)));
    }

    private static void drawings(FakeDeployments fake) {
        fake.drawings.put(39L, pipeline("succeeded", "succeeded", Optional.empty()));
        fake.drawings.put(40L, pipeline("failed", "blocked", Optional.of("npm run build ended with status 2")));
        fake.drawings.put(41L, pipeline("running", "blocked", Optional.empty()));
    }

    static Drawing pipeline(String build, String rest, Optional<String> message) {
        List<Drawing.Node> nodes = new ArrayList<>();
        List<Drawing.Edge> edges = new ArrayList<>();
        nodes.add(new Drawing.Node("1", "head", "succeeded", Optional.empty(), Optional.empty(), Optional.empty()));
        nodes.add(new Drawing.Node("2", "fetch", "succeeded", Optional.empty(), Optional.empty(), Optional.empty()));
        Optional<String> job = Optional.of(
                switch (build) {
                    case "failed" -> FAILED_JOB;
                    case "running" -> BUILD_JOB;
                    default -> "2026-11-21/085555-build-0001";
                });
        nodes.add(new Drawing.Node("3", "build", build, Optional.empty(), job, message));
        nodes.add(new Drawing.Node("4", "release", rest, Optional.empty(), Optional.empty(), Optional.empty()));
        nodes.add(new Drawing.Node(
                "5",
                "deploy",
                rest,
                Optional.empty(),
                rest.equals("succeeded") ? Optional.of(DEPLOY_JOB) : Optional.empty(),
                Optional.empty()));
        nodes.add(new Drawing.Node("6", "retire", rest, Optional.empty(), Optional.empty(), Optional.empty()));
        for (String[] pair : new String[][] {{"1", "2"}, {"2", "3"}, {"3", "4"}, {"2", "4"}, {"4", "5"}, {"5", "6"}}) {
            edges.add(new Drawing.Edge(pair[0], pair[1]));
        }
        Optional<String> branch = Optional.of("try-search");
        nodes.add(new Drawing.Node("7", "fetch", "succeeded", branch, Optional.empty(), Optional.empty()));
        nodes.add(new Drawing.Node("8", "build", "succeeded", branch, Optional.empty(), Optional.empty()));
        nodes.add(
                new Drawing.Node("9", "check", "waiting_for_confirmation", branch, Optional.empty(), Optional.empty()));
        edges.add(new Drawing.Edge("7", "8"));
        edges.add(new Drawing.Edge("8", "9"));
        edges.add(new Drawing.Edge("7", "9"));
        return new Drawing(nodes, edges);
    }

    static AppView app(String name, AppView.State state, Optional<Release> live, Run last, List<UnitView> units) {
        return new AppView(name, "http://" + name + ".localhost:7480/", state, live, false, Optional.of(last), units);
    }

    static UnitView unit(String name, int release, List<String> warnings) {
        return new UnitView(
                name, release, true, "running", "127.0.0.1:20004", 0, Duration.ofMillis(840), 41_300_000, warnings);
    }

    static Run run(long id, String app, Run.State state, String subject, long age, OptionalLong took, String message) {
        return new Run(
                id,
                app,
                "main",
                true,
                "5f00baa1d2c3b4a5968778695a4b3c2d1e0f5f00",
                subject,
                Cause.PUSH,
                "nadia@laptop",
                state,
                message,
                OptionalInt.empty(),
                ago(age),
                took.isPresent() ? Optional.of(ago(age - took.getAsLong())) : Optional.empty());
    }

    static Release release(String app, int number, String commit, String subject, long age) {
        return new Release(
                app,
                number,
                commit + "0".repeat(32),
                "main",
                subject,
                "sha256:" + "ab".repeat(32),
                app.equals("site") ? List.of() : List.of("java", "Clock.java"),
                new Release.Settings(
                        Map.of("TOKEN", "never-shown"),
                        "/",
                        10_000,
                        200,
                        Optional.empty(),
                        Optional.empty(),
                        10_000,
                        10_000,
                        AppConfig.Restart.ALWAYS,
                        List.of(),
                        Map.of(),
                        List.of()),
                List.of("DATABASE_URL"),
                "Java, 4.1 KiB",
                ago(age));
    }

    private static Step step(
            int position, String name, Step.State state, String detail, Optional<String> job, long age, long took) {
        Optional<Instant> ended = state == Step.State.RUNNING ? Optional.empty() : Optional.of(ago(age - took));
        return new Step(position, name, state, detail, job, ago(age), ended);
    }
}
