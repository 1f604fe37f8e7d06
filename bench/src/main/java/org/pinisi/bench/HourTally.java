package org.pinisi.bench;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// What became of each request of the mixed load. Thread-safe.
///
/// A request that was under way at an upstream when that was killed can be lost: nobody else knows its
/// answer. Those are counted apart, and only those.
final class HourTally {
    /// What a machine with other work may take to tell the edge that a process is gone.
    private static final long NOTICED_WITHIN = Duration.ofSeconds(1).toNanos();
    private static final long LONGEST_REQUEST = Duration.ofSeconds(60).toNanos();
    private static final int MOST_NOTES = 50;

    private final Map<String, Long> right = new TreeMap<>();
    private final Map<String, Long> cut = new TreeMap<>();
    private final Map<String, Long> killedAt = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private long wrongCount;
    private long lostCount;

    /// An upstream of the route has just been killed, without a word before.
    synchronized void killed(String route) {
        killedAt.put(route, System.nanoTime());
    }

    synchronized void right(String kind) {
        right.merge(kind, 1L, Long::sum);
    }

    /// An answer came whole, and is not the one asked for.
    synchronized void wrong(String kind, String what) {
        wrongCount++;
        note(wrong, kind + ": " + what);
    }

    /// No answer came, or not a whole one, or the edge's own.
    ///
    /// @param begun when the request began, by `System.nanoTime`
    synchronized void failed(String kind, String route, long begun, String what) {
        Long killed = killedAt.get(route);
        long now = System.nanoTime();
        if (killed != null && begun - killed < NOTICED_WITHIN && now - killed < LONGEST_REQUEST) {
            cut.merge(kind, 1L, Long::sum);
            return;
        }
        lostCount++;
        String after = TimeUnit.NANOSECONDS.toMillis(now - begun) + " ms after its beginning";
        note(lost, Instant.now() + " " + kind + " on " + route + ", " + after + ": " + what);
    }

    private static void note(List<String> notes, String text) {
        if (notes.size() < MOST_NOTES) {
            notes.add(text);
        }
    }

    synchronized long answered() {
        return right.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized long wrong() {
        return wrongCount;
    }

    synchronized long lost() {
        return lostCount;
    }

    synchronized long cut() {
        return cut.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Several lines: what was answered by kind, and what went wrong.
    synchronized String text() {
        StringBuilder text = new StringBuilder();
        right.forEach((kind, count) -> text.append(String.format(
                Locale.ROOT, "  %-14s %10d right, %d cut by a kill%n", kind, count, cut.getOrDefault(kind, 0L))));
        wrong.forEach(note -> text.append("  WRONG ").append(note).append('\n'));
        lost.forEach(note -> text.append("  LOST ").append(note).append('\n'));
        return text.toString();
    }
}
