package org.pinisi.bench;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// From `git push` to live, many times over, by step.
final class PushToLive {
    private static final Pattern STEP = Pattern.compile("remote: (\\d) (\\w+)\\s+([0-9.]+) s .*");

    private PushToLive() {}

    /// @param example the folder's name below `examples/`
    /// @param file a file of it, and `text` in it, that each push changes
    /// @param pages how many pages the folder gets besides
    /// @return seconds by step, and as `total` those of the whole `git push`
    static Map<String, Stats> run(Path work, String example, String file, String text, int pages, int pushes) {
        Map<String, Stats> steps = new TreeMap<>();
        try (Pinisi pinisi = Pinisi.up(work.resolve("data"))) {
            Repository app = Repository.copyOf(Pinisi.home().resolve("examples").resolve(example), work.resolve("app"));
            for (int i = 0; i < pages; i++) {
                app.write(
                        "pages/" + i / 100 + "/" + i + ".html",
                        "<!doctype html><title>Page</title>\n<p>" + i + "</p>\n");
            }
            app.commit("pages");
            PushesUnderLoad.live(app.push(pinisi.git(example), "main"));
            String now = text;
            for (int i = 1; i <= pushes; i++) {
                String next = text + " " + i;
                app.replace(file, now, next).commit("push " + i);
                now = next;
                long begin = System.nanoTime();
                Shell.Result push = app.push(pinisi.git(example), "main");
                double total = (System.nanoTime() - begin) / 1e9;
                PushesUnderLoad.live(push);
                steps.computeIfAbsent("total", _ -> new Stats()).add(total);
                push.output()
                        .lines()
                        .map(STEP::matcher)
                        .filter(Matcher::find)
                        .forEach(step -> steps.computeIfAbsent(step.group(1) + " " + step.group(2), _ -> new Stats())
                                .add(Double.parseDouble(step.group(3))));
            }
        }
        return steps;
    }
}
