package org.pinisi.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Steps an engine by hand, with its own clock, and looks for leaks at the end.
final class Driver implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    final FakeClock clock;
    final Engine engine;
    final Terms terms;
    private final List<Subscription> observations = new ArrayList<>();
    private boolean closed;

    private Driver(FakeClock clock, Engine engine) {
        this.clock = clock;
        this.engine = engine;
        this.terms = engine.terms();
    }

    static Driver inMemory(Path folder) {
        return open(folder, new FakeClock(), EngineStore.inMemory());
    }

    static Driver stored(Path folder, FakeClock clock) {
        return open(folder, clock, EngineStore.at(folder.resolve("engine.db")));
    }

    private static Driver open(Path folder, FakeClock clock, EngineStore store) {
        Engine engine = Engine.builder()
                .clock(clock)
                .store(store)
                .logFolder(folder.resolve("log"))
                .logLimit(8192)
                .closeWithin(PATIENCE)
                .build();
        return new Driver(clock, engine);
    }

    /// What was seen of one term.
    static final class Seen<T> {
        final List<Outcome<T>> outcomes = new ArrayList<>();

        Outcome<T> last() {
            assertThat(outcomes).isNotEmpty();
            return outcomes.getLast();
        }

        @Nullable
        T value() {
            return last().ready().orElse(null);
        }

        String failure() {
            return last() instanceof Outcome.Failed<T>(Failure failure) ? failure.message() : "no failure: " + last();
        }

        Optional<Activity> activity() {
            return !outcomes.isEmpty() && last() instanceof Outcome.Active<T>(Activity activity, String _)
                    ? Optional.of(activity)
                    : Optional.empty();
        }

        boolean ready() {
            return !outcomes.isEmpty() && last() instanceof Outcome.Ready<T>;
        }

        boolean failed() {
            return !outcomes.isEmpty() && last() instanceof Outcome.Failed<T>;
        }

        boolean running() {
            return activity().equals(Optional.of(Activity.RUNNING));
        }
    }

    <T> Seen<T> observe(Term<T> term) {
        Seen<T> seen = new Seen<>();
        observations.add(engine.observe(term, seen.outcomes::add));
        return seen;
    }

    void forgetObservations() {
        observations.forEach(Subscription::close);
        observations.clear();
        step();
    }

    void step() {
        engine.step();
    }

    /// Steps, each time that something has come, until `done`.
    void until(BooleanSupplier done) {
        step();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail(
                        "not reached within %s; the graph is%n%s",
                        PATIENCE, engine.graph().toText());
            }
            try {
                engine.core().await(Duration.ofMillis(20));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                fail("interrupted");
            }
            step();
        }
    }

    void settled() {
        until(() -> engine.jobs().active().isEmpty());
    }

    /// Compares the drawing with the file of this name; one file for each step makes a change of behaviour readable.
    void golden(String name) throws IOException {
        Path file = Path.of("src/test/resources/golden", name + ".txt");
        String text = engine.graph().toText();
        if (Boolean.getBoolean("golden.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(file).content().isEqualTo(text);
    }

    String log(String jobId) {
        StringBuilder text = new StringBuilder();
        try (LogReader reader = engine.jobs().openLog(jobId, 0)) {
            while (!reader.ended()) {
                text.append(new String(reader.read(PATIENCE), java.nio.charset.StandardCharsets.UTF_8));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            fail("interrupted");
        }
        return text.toString();
    }

    /// Ends the program without a farewell, as a crash would; the store's file stays as it is.
    void abandon() {
        closed = true;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        observations.forEach(Subscription::close);
        step();
        engine.jobs().active().forEach(job -> engine.jobs().cancel(job.id(), "the test has ended"));
        until(() -> engine.jobs().active().isEmpty()
                && engine.core().cache().size() == 0
                && engine.core().openMonitors() == 0);
        assertThat(engine.core().timers().size()).as("timers left").isZero();
        engine.close();
    }
}
