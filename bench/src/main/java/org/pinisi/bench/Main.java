package org.pinisi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// `bench/run SCENARIO [NUMBER]`: each scenario prints its figures and ends with a failure when a promise
/// was broken.
public final class Main {
    private static final int RATE = 200;
    private static final int PAGES = 1_000;

    private Main() {}

    /// Runs one scenario, or lists them.
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0 || arguments[0].equals("--help")) {
            System.out.println("""
                    bench/run SCENARIO [NUMBER]
                      engine               100,000 terms: first evaluation, one change, bytes a term
                      keys [100]           an RSA key from its seed, 2048 and 4096 bits
                      start [20]           pinisi --version, up to ready, idle memory
                      push-static [20]     push to live by step, examples/site
                      push-pages [20]      the same with 1,000 pages
                      push-clock [20]      push to live by step, examples/clock
                      site [--quick …]     our site server beside nginx and Caddy; --help tells more
                      edge [--quick …]     our edge beside HAProxy, nginx and Caddy; --help tells more
                      edge-hour […]        an hour of mixed load through the edge; --help tells more
                      renewals […]         certificates renewed under load, their authority away; --help tells more
                      pushes [50]          pushes in a row under 200 requests/s
                      pushes-failing [50]  the same, with releases between that are not healthy
                      two-pushes           a newer push while the older one is built
                      kills [30]           kill -9 of the control plane at random moments under load
                      kills-edge [30]      the same, the edge killed too""");
            return;
        }
        Path work = Files.createTempDirectory("pinisi-bench");
        try {
            List<String> options = List.of(arguments).subList(1, arguments.length);
            if (!withOptions(arguments[0], options, work)) {
                int number = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
                run(arguments[0], number, work);
            }
        } finally {
            delete(work);
        }
    }

    /// Runs one of the scenarios that have options of their own; false when it is none.
    private static boolean withOptions(String scenario, List<String> options, Path work) throws InterruptedException {
        boolean help = options.equals(List.of("--help"));
        switch (scenario) {
            case "site" -> {
                if (help) {
                    System.out.println(SiteOptions.HELP);
                } else {
                    SiteBench.run(work, options);
                }
            }
            case "edge" -> {
                if (help) {
                    System.out.println(EdgeOptions.HELP);
                } else {
                    EdgeBench.run(work, options);
                }
            }
            case "edge-hour" -> {
                if (help) {
                    System.out.println(EdgeHour.HELP);
                } else {
                    EdgeHour.run(work, options);
                }
            }
            case "renewals" -> {
                if (help) {
                    System.out.println(RenewalSettings.HELP);
                } else {
                    RenewalBench.run(work, RenewalSettings.parse(options));
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private static void run(String scenario, int number, Path work) throws Exception {
        switch (scenario) {
            case "engine" -> EngineSize.run();
            case "keys" -> Keys.run(or(number, 100));
            case "start" -> start(StartUp.run(work, or(number, 20)));
            case "push-static" -> steps(PushToLive.run(work, "site", "index.html", "<title>", 0, or(number, 20)));
            case "push-pages" -> steps(PushToLive.run(work, "site", "index.html", "<title>", PAGES, or(number, 20)));
            case "push-clock" -> steps(PushToLive.run(work, "clock", "Clock.java", "// ", 0, or(number, 20)));
            case "pushes" -> pushes(PushesUnderLoad.run(work, or(number, 50), RATE, 0));
            case "pushes-failing" -> pushes(PushesUnderLoad.run(work, or(number, 50), RATE, 10));
            case "two-pushes" -> twoPushes(TwoPushes.run(work));
            case "kills" -> kills(Kills.run(work, or(number, 30), System.nanoTime(), false), false);
            case "kills-edge" -> kills(Kills.run(work, or(number, 30), System.nanoTime(), true), true);
            default -> throw new BenchException("no scenario " + scenario + "; bench/run lists them");
        }
    }

    private static int or(int number, int usual) {
        return number > 0 ? number : usual;
    }

    private static void start(StartUp.Result result) {
        System.out.println("pinisi --version   " + result.version().text("s"));
        System.out.println("up to ready        " + result.up().text("s"));
        System.out.printf(
                Locale.ROOT,
                "idle memory        control plane %d MB, edge %d MB, together %d MB%n",
                result.planeBytes() >> 20,
                result.edgeBytes() >> 20,
                (result.planeBytes() + result.edgeBytes()) >> 20);
    }

    private static void steps(Map<String, Stats> steps) {
        steps.forEach((step, stats) -> System.out.printf("%-10s %s%n", step, stats.text("s")));
    }

    private static void pushes(PushesUnderLoad.Result result) {
        System.out.printf(
                "%d pushes live, %d refused as they should be; a push %s%n",
                result.pushed(), result.refused(), result.seconds().text("s"));
        load(result.load(), true);
    }

    private static void twoPushes(TwoPushes.Result result) {
        System.out.println("first pusher read:\n" + result.first());
        System.out.println("second pusher read:\n" + result.second());
        System.out.println("serves " + result.serves() + "; processes of the older build left: " + result.leftOver());
        if (!result.serves().equals("v3") || result.leftOver() > 0) {
            throw new BenchException("expected v3 to serve and nothing to be left");
        }
    }

    private static void kills(Kills.Result result, boolean edgeToo) {
        System.out.printf(
                "%d kills; wanted state after up %s%n",
                result.kills(), result.recovered().text("s"));
        if (edgeToo) {
            System.out.println("edge: first right answer after its death "
                    + result.edgeBack().text("s"));
        }
        load(result.load(), !edgeToo);
    }

    private static void load(Load.Report load, boolean nothingMayBeLost) {
        System.out.printf("%d requests answered rightly, %d not%n", load.answered(), load.lost());
        load.notes().forEach(note -> System.out.println("  " + note));
        if (nothingMayBeLost && load.lost() > 0) {
            throw new BenchException(load.lost() + " requests were lost");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
