package org.pinisi.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MonitorTest {
    /// A source whose reads end when the test says so.
    private static final class Source implements MonitorSource<String> {
        private final List<String> calls = new CopyOnWriteArrayList<>();
        private final LinkedBlockingQueue<CompletableFuture<String>> answers = new LinkedBlockingQueue<>();
        private volatile Runnable refresh = () -> {};

        void answer(String value) {
            answers.add(CompletableFuture.completedFuture(value));
        }

        void failure(String message) {
            answers.add(CompletableFuture.failedFuture(new EngineException(message)));
        }

        long reads() {
            return calls.stream().filter("read"::equals).count();
        }

        @Override
        public String read() throws Exception {
            calls.add("read");
            try {
                return answers.take().get();
            } catch (ExecutionException failure) {
                throw failure.getCause() instanceof Exception cause ? cause : failure;
            }
        }

        @Override
        public AutoCloseable watch(Runnable onChange) {
            calls.add("watch");
            refresh = onChange;
            return () -> calls.add("unwatch");
        }

        @Override
        public String describe() {
            return "head of main";
        }
    }

    @TempDir
    Path folder;

    private Driver driver;
    private final Source source = new Source();

    @BeforeEach
    void open() {
        driver = Driver.inMemory(folder);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private Driver.Seen<String> observe(Refresh refresh) {
        return driver.observe(driver.terms.monitor("head", source, refresh));
    }

    @Test
    void itWatchesBeforeItReadsAndIsActiveUntilTheFirstValue() {
        Driver.Seen<String> seen = observe(Refresh.onNotification());
        driver.until(() -> source.reads() == 1);
        assertThat(seen.activity()).contains(Activity.RUNNING);
        source.answer("c1");
        driver.until(seen::ready);
        assertThat(seen.value()).isEqualTo("c1");
        assertThat(source.calls).containsExactly("watch", "read");
    }

    @Test
    void theOldValueStaysWhileItIsReadAgain() {
        Driver.Seen<String> seen = observe(Refresh.onNotification());
        source.answer("c1");
        driver.until(seen::ready);
        source.refresh.run();
        driver.until(() -> source.reads() == 2);
        assertThat(seen.value()).isEqualTo("c1");
        assertThat(driver.engine.graph().toText()).isEqualTo("succeeded+updating  1.head\n");
        source.answer("c2");
        driver.until(() -> "c2".equals(seen.value()));
        assertThat(seen.outcomes).hasSize(3);
    }

    @Test
    void refreshesDuringAReadCauseExactlyOneMore() {
        Driver.Seen<String> seen = observe(Refresh.onNotification());
        driver.until(() -> source.reads() == 1);
        for (int times = 0; times < 5; times++) {
            source.refresh.run();
            driver.step();
        }
        source.answer("c1");
        source.answer("c2");
        driver.until(() -> seen.ready() && "c2".equals(seen.value()));
        driver.step();
        assertThat(source.reads()).isEqualTo(2);
    }

    @Test
    void aFailedReadIsAFailureAndIsRetriedAfterAWaitThatGrows() {
        Driver.Seen<String> seen = observe(Refresh.onNotification());
        source.failure("no network");
        driver.until(seen::failed);
        assertThat(seen.failure()).isEqualTo("head of main: no network");
        source.failure("no network");
        driver.clock.advance(Duration.ofSeconds(1));
        driver.until(() -> source.reads() == 2 && driver.engine.core().timers().size() == 1);
        driver.clock.advance(Duration.ofSeconds(1));
        driver.step();
        assertThat(source.reads()).as("the second wait is two seconds").isEqualTo(2);
        source.answer("c1");
        driver.clock.advance(Duration.ofSeconds(1));
        driver.until(seen::ready);
    }

    @Test
    void itPollsWhenAskedToSoALostNotificationDoesNotMatter() {
        Driver.Seen<String> seen = observe(Refresh.every(Duration.ofMinutes(5)));
        source.answer("c1");
        driver.until(seen::ready);
        source.answer("c2");
        driver.clock.advance(Duration.ofMinutes(5));
        driver.until(() -> "c2".equals(seen.value()));
    }

    @Test
    void whenNothingNeedsItItIsUnwatchedAndForgetsItsValue() {
        Term<String> head = driver.terms.monitor("head", source, Refresh.onNotification());
        Driver.Seen<String> seen = driver.observe(head);
        source.answer("c1");
        driver.until(seen::ready);
        driver.forgetObservations();
        driver.until(() -> source.calls.contains("unwatch"));
        Driver.Seen<String> again = driver.observe(head);
        driver.until(() -> source.reads() == 2);
        assertThat(again.activity()).as("no stale value").contains(Activity.RUNNING);
        source.answer("c2");
        driver.until(again::ready);
        assertThat(source.calls).containsExactly("watch", "read", "unwatch", "watch", "read");
    }

    @Test
    void aReadThatNothingNeedsAnyMoreIsInterrupted() {
        observe(Refresh.onNotification());
        driver.until(() -> source.reads() == 1);
        driver.forgetObservations();
        driver.until(() -> source.calls.contains("unwatch"));
        assertThat(driver.engine.core().openMonitors()).isZero();
    }
}
