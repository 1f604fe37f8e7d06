package org.pinisi.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ProcessFlowIT {
    private static Flow shell(String script) throws IOException {
        return Flows.process(PipeCommand.of("sh", "-c", script));
    }

    @Test
    void whatAProgramReadsAndWritesIsTheFlow() throws Exception {
        try (Flow flow = Flows.standard().resolve(Context.empty().with(Flows.COMMAND, PipeCommand.of("cat")))) {
            flow.write(new byte[] {1, 2, 3}, 0, 3);
            assertThat(flow.input().readNBytes(3)).containsExactly(1, 2, 3);
            flow.shutdownOutput();
            assertThat(flow.read(new byte[1], 0, 1)).isEqualTo(-1);
        }
    }

    @Test
    void megabytesPassBothWaysAtOnce() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        try (Flow flow = Flows.process(PipeCommand.of("cat"))) {
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    flow.write(bytes, 0, bytes.length);
                    flow.shutdownOutput();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(flow.input().readAllBytes()).isEqualTo(bytes);
            writer.join();
        }
    }

    @Test
    void aFailureSaysTheCodeAndWhatWasSaidAboutIt() throws Exception {
        try (Flow flow = shell("echo partly; echo it is broken >&2; exit 7")) {
            assertThat(flow.input().readNBytes(7)).hasSize(7);
            assertThatThrownBy(() -> flow.read(new byte[1], 0, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessage("process sh ended with code 7: it is broken");
        }
    }

    @Test
    void whatIsSaidAboutItIsBounded() throws Exception {
        try (Flow flow = shell("i=0; while [ $i -lt 3000 ]; do echo 0123456789 >&2; i=$((i+1)); done; exit 1")) {
            assertThatThrownBy(() -> flow.read(new byte[1], 0, 1))
                    .isInstanceOf(IOException.class)
                    .satisfies(e -> assertThat(e.getMessage()).hasSizeBetween(8000, 8400));
        }
    }

    @Test
    void closingKillsItWithAllItStarted() throws Exception {
        long child;
        try (Flow flow = shell("sleep 600 & echo $!; wait")) {
            child = Long.parseLong(
                    new BufferedReader(new InputStreamReader(flow.input(), StandardCharsets.US_ASCII)).readLine());
            assertThat(ProcessHandle.of(child)).isPresent();
        }
        await().until(() ->
                ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void aSilentProgramIsATimeout() throws Exception {
        try (Flow flow = shell("exec sleep 600")) {
            flow.patience(Duration.ofMillis(30));
            assertThatThrownBy(() -> flow.read(new byte[1], 0, 1)).isInstanceOf(SocketTimeoutException.class);
            assertThatThrownBy(() -> flow.read(new byte[1], 0, 1)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aProgramThatTakesNothingIsATimeout() throws Exception {
        try (Flow flow = shell("exec sleep 600")) {
            flow.patience(Duration.ofMillis(30));
            assertThatThrownBy(() -> flow.write(new byte[1_000_000], 0, 1_000_000))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void interruptionEndsAReadAndTheProgram() throws Exception {
        try (Flow flow = shell("exec sleep 600")) {
            AtomicReference<Throwable> outcome = new AtomicReference<>();
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    flow.read(new byte[1], 0, 1);
                } catch (IOException e) {
                    outcome.set(e);
                }
            });
            await().until(() -> reader.getState() == Thread.State.TIMED_WAITING);
            reader.interrupt();
            reader.join();
            assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
        }
    }

    @Test
    void aMissingProgramIsNamed() throws Exception {
        try (Flow flow = Flows.process(PipeCommand.of("no-such-program"))) {
            assertThatThrownBy(() -> flow.read(new byte[1], 0, 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no-such-program");
        }
    }
}
