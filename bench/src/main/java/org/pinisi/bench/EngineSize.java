package org.pinisi.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.pinisi.engine.Engine;
import org.pinisi.engine.Outcome;
import org.pinisi.engine.Term;
import org.pinisi.engine.Terms;
import org.pinisi.engine.Variable;

/// A pipeline of 100,000 terms: how long its first evaluation takes, how long one change at one end needs
/// to reach the other, and what a term weighs.
final class EngineSize {
    private static final int INPUTS = 1000;
    private static final int DEPTH = 98;
    private static final int CHANGES = 5000;
    private static final int WARM_UP = 5;

    private EngineSize() {}

    static void run() throws Exception {
        Stats first = new Stats();
        Stats cold = new Stats();
        Stats change = new Stats();
        Stats bytes = new Stats();
        for (int i = 0; i < 10 + WARM_UP; i++) {
            boolean counted = i >= WARM_UP;
            Stats fresh = i == 0 ? cold : new Stats();
            once(counted ? first : fresh, counted ? change : new Stats(), counted ? bytes : new Stats());
        }
        System.out.printf(Locale.ROOT, "%,d terms, %d inputs, chains of %d%n", terms(), INPUTS, DEPTH);
        System.out.println("first evaluation   " + first.text("ms"));
        System.out.println(
                "one change         " + change.text("µs") + ", set to observed: a chain of maps, then a tree of sums");
        System.out.println("bytes a term       " + bytes.text("B"));
    }

    private static int terms() {
        return INPUTS * (DEPTH + 1) + INPUTS;
    }

    private static void once(Stats first, Stats change, Stats bytes) throws Exception {
        Path logs = Files.createTempDirectory("engine-logs");
        long before = used();
        try (Engine engine = Engine.builder().logFolder(logs).build()) {
            Terms terms = engine.terms();
            List<Variable<Integer>> inputs = new ArrayList<>();
            List<Term<Integer>> ends = new ArrayList<>();
            for (int i = 0; i < INPUTS; i++) {
                Variable<Integer> input = terms.variable("input " + i, i);
                Term<Integer> end = input.term();
                for (int depth = 0; depth < DEPTH; depth++) {
                    end = end.map(value -> value + 1);
                }
                inputs.add(input);
                ends.add(end);
            }
            // A tree of sums, so that one change touches one path and not a list of all.
            List<Term<Integer>> level = ends;
            while (level.size() > 1) {
                List<Term<Integer>> next = new ArrayList<>();
                for (int i = 0; i < level.size(); i += 2) {
                    next.add(
                            i + 1 < level.size() ? level.get(i).combine(level.get(i + 1), Integer::sum) : level.get(i));
                }
                level = next;
            }
            Semaphore reached = new Semaphore(0);
            engine.observe(level.getFirst(), outcome -> {
                if (outcome instanceof Outcome.Ready<?>) {
                    reached.release();
                }
            });
            long begin = System.nanoTime();
            engine.start();
            reached.acquire();
            first.add((System.nanoTime() - begin) / 1e6);
            bytes.add((used() - before) / (double) terms());
            for (int i = 0; i < CHANGES; i++) {
                long start = System.nanoTime();
                inputs.get(i % INPUTS).set(1_000_000 + i);
                reached.acquire();
                change.add((System.nanoTime() - start) / 1e3);
            }
        } finally {
            Files.deleteIfExists(logs);
        }
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
