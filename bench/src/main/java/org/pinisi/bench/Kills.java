package org.pinisi.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `kill -9` of the control plane (and of the edge) at random moments of a push under load. After `up`
/// again the pushed commit must serve within a minute, one unit must run, and no run may hang.
final class Kills {
    private static final Duration CONVERGE = Duration.ofSeconds(60);
    /// A push takes a quarter of a second: most kills are to fall between its steps, some into the retirement after it.
    private static final int LATEST_KILL_MILLIS = 350;

    private Kills() {}

    /// What came of it.
    ///
    /// @param kills how many times
    /// @param recovered seconds from `up` to the wanted state
    /// @param edgeBack seconds from the edge's death to its first right answer, where it was killed too
    record Result(int kills, Stats recovered, Stats edgeBack, Load.Report load) {}

    /// @param alsoEdge whether the edge is killed in the same moment; requests are then lost while it is away
    static Result run(Path work, int kills, long seed, boolean alsoEdge) throws InterruptedException {
        Random random = new Random(seed);
        Stats recovered = new Stats();
        Stats edgeBack = new Stats();
        try (Pinisi pinisi = Pinisi.up(work.resolve("data"))) {
            Repository app = TestApp.node(work.resolve("app"));
            PushesUnderLoad.live(app.push(pinisi.git("app"), "main"));
            try (Load load =
                    new Load(pinisi.edgePort(), "app.localhost", 200, Duration.ofMinutes(60), TestApp::isVersion)) {
                for (int i = 1; i <= kills; i++) {
                    TestApp.version(app, i, i + 1);
                    int delay = random.nextInt(LATEST_KILL_MILLIS);
                    String wanted = pushAndKill(pinisi, app, i + 1, delay, alsoEdge, edgeBack);
                    long begin = System.nanoTime();
                    pinisi.up();
                    awaitState(pinisi, wanted, begin);
                    double seconds = (System.nanoTime() - begin) / 1e9;
                    recovered.add(seconds);
                    System.out.printf(
                            Locale.ROOT,
                            "  kill %2d after %4d ms: %s serves %.1f s after up; lost so far %d%n",
                            i,
                            delay,
                            wanted,
                            seconds,
                            load.lostSoFar());
                    if (!wanted.equals("v" + (i + 1))) {
                        // The push was cut off before it was accepted: it is the pusher's to repeat.
                        PushesUnderLoad.live(app.push(pinisi.git("app"), "main"));
                    }
                }
                return new Result(kills, recovered, edgeBack, load.stop());
            }
        }
    }

    /// @return the version that must serve in the end: the pushed one if the branch has moved
    private static String pushAndKill(
            Pinisi pinisi, Repository app, int version, int delay, boolean alsoEdge, Stats edgeBack)
            throws InterruptedException {
        String commit = app.head();
        Thread push = Thread.ofVirtual().start(() -> app.push(pinisi.git("app"), "main"));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delay));
        long edge = alsoEdge ? pinisi.edge() : 0;
        if (alsoEdge) {
            Pinisi.kill(edge);
            long died = System.nanoTime();
            awaitAnswer(pinisi);
            edgeBack.add((System.nanoTime() - died) / 1e9);
        }
        Pinisi.kill(pinisi.controlPlane());
        push.join();
        Path branch = pinisi.data().resolve("git/app.git/refs/heads/main");
        try {
            boolean moved = Files.readString(branch).strip().equals(commit);
            return "v" + (moved ? version : version - 1);
        } catch (IOException failure) {
            throw new BenchException("cannot read " + branch, failure);
        }
    }

    private static void awaitAnswer(Pinisi pinisi) {
        long end = System.nanoTime() + CONVERGE.toNanos();
        while (System.nanoTime() < end) {
            if (TestApp.isVersion(Answer.of(pinisi.edgePort(), "app.localhost"))) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        throw new BenchException("the edge did not answer again within " + CONVERGE);
    }

    private static void awaitState(Pinisi pinisi, String version, long begin) {
        String problem = "";
        while (System.nanoTime() - begin < CONVERGE.toNanos()) {
            problem = problem(pinisi, version);
            if (problem.isEmpty()) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new BenchException("not in the wanted state after " + CONVERGE + ": " + problem);
    }

    /// What is not as it should be; empty when all is.
    private static String problem(Pinisi pinisi, String version) {
        String body = Answer.of(pinisi.edgePort(), "app.localhost");
        if (!body.equals(version)) {
            return "serves " + body + ", not " + version;
        }
        int units = pinisi.units("app").size();
        if (units != 1) {
            return units + " units run";
        }
        JsonNode state = JsonMapper.shared()
                .readTree(pinisi.run("apps", "--json")
                        .orFail(java.util.List.of("pinisi apps"))
                        .output());
        String run = state.get(0).get("lastRun").get("state").asString();
        return run.equals("RUNNING") ? "a run goes on" : "";
    }

    /// One request on a connection of its own.
    static final class Answer {
        private Answer() {}

        static String of(int port, String host) {
            try (java.net.Socket socket = new java.net.Socket("127.0.0.1", port)) {
                socket.setSoTimeout(15_000);
                String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int body = answer.indexOf("\r\n\r\n");
                return body < 0 ? "" : answer.substring(body + 4);
            } catch (IOException away) {
                return "";
            }
        }
    }
}
