package org.pinisi.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every kind of flow keeps. A subclass gives a flow and what stands at its other end.
abstract class FlowRules {
    private static final int LARGE = 3_000_000;

    private Flow near;
    private Flow far;

    /// Two ends of one connection.
    abstract Flow[] connect() throws Exception;

    @BeforeEach
    void open() throws Exception {
        Flow[] pair = connect();
        near = pair[0];
        far = pair[1];
    }

    @AfterEach
    void close() {
        near.close();
        far.close();
    }

    @Test
    void bytesGoBothWays() throws Exception {
        near.write(new byte[] {1, 2, 3}, 1, 2);
        assertThat(far.input().readNBytes(2)).containsExactly(2, 3);
        far.write(new byte[] {9}, 0, 1);
        assertThat(near.input().readNBytes(1)).containsExactly(9);
    }

    @Test
    void aLargeTransferInBothDirectionsAtOnceArrivesWhole() throws Exception {
        Thread[] writers = {
            Thread.ofVirtual().start(() -> send(near, 1)), Thread.ofVirtual().start(() -> send(far, 2))
        };
        AtomicReference<byte[]> atFar = new AtomicReference<>();
        Thread reader = Thread.ofVirtual().start(() -> atFar.set(receive(far)));
        assertThat(receive(near)).isEqualTo(bytes(2));
        reader.join();
        assertThat(atFar.get()).isEqualTo(bytes(1));
        for (Thread writer : writers) {
            writer.join();
        }
    }

    @Test
    void theEndOfOutputIsSeenAndReadingGoesOn() throws Exception {
        near.write(new byte[] {1}, 0, 1);
        near.shutdownOutput();
        assertThat(far.input().readNBytes(2)).containsExactly(1);
        far.write(new byte[] {2}, 0, 1);
        assertThat(near.input().readNBytes(1)).containsExactly(2);
    }

    @Test
    void closingIsSeenByThePeer() throws Exception {
        near.close();
        near.close();
        assertThat(far.read(new byte[1], 0, 1)).isEqualTo(-1);
    }

    @Test
    void nothingCanBeDoneAfterClosing() {
        near.close();
        assertThatThrownBy(() -> near.read(new byte[1], 0, 1)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> near.write(new byte[1], 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void pollingTellsWhatHasComeWithoutWaiting() throws Exception {
        byte[] one = new byte[1];
        assertThat(near.poll(one, 0, 1)).isZero();
        far.write(new byte[] {7}, 0, 1);
        await().until(() -> near.poll(one, 0, 1) == 1);
        assertThat(one).containsExactly(7);
        far.close();
        await().until(() -> near.poll(one, 0, 1) == -1);
    }

    @Test
    void aReadBeyondThePatienceIsATimeoutThatClosesTheFlow() throws Exception {
        near.patience(Duration.ofMillis(20));
        assertThatThrownBy(() -> near.read(new byte[1], 0, 1))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("nothing came for PT0.02S");
        assertThatThrownBy(() -> near.read(new byte[1], 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void aWriteThatNobodyTakesIsATimeout() {
        near.patience(Duration.ofMillis(20));
        assertThatThrownBy(() -> {
                    while (true) {
                        near.write(new byte[LARGE], 0, LARGE);
                    }
                })
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("took nothing for PT0.02S");
    }

    @Test
    void interruptionEndsAReadAndClosesTheFlow() throws Exception {
        AtomicReference<Throwable> outcome = new AtomicReference<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                near.read(new byte[1], 0, 1);
            } catch (IOException e) {
                outcome.set(e);
            }
        });
        await().until(() ->
                reader.getState() == Thread.State.WAITING || reader.getState() == Thread.State.TIMED_WAITING);
        reader.interrupt();
        reader.join();
        assertThat(outcome.get()).isInstanceOf(InterruptedIOException.class);
        assertThatThrownBy(() -> near.read(new byte[1], 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void closingFromElsewhereEndsARead() throws Exception {
        AtomicReference<Object> outcome = new AtomicReference<>();
        Thread reader = Thread.ofVirtual().start(() -> {
            try {
                outcome.set(near.read(new byte[1], 0, 1));
            } catch (IOException e) {
                outcome.set(e);
            }
        });
        await().until(() ->
                reader.getState() == Thread.State.WAITING || reader.getState() == Thread.State.TIMED_WAITING);
        near.close();
        reader.join();
        assertThat(outcome.get()).isInstanceOf(IOException.class).isNotInstanceOf(SocketTimeoutException.class);
    }

    private static byte[] bytes(int seed) {
        byte[] bytes = new byte[LARGE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void send(Flow flow, int seed) {
        try {
            byte[] bytes = bytes(seed);
            Random sizes = new Random(seed);
            for (int done = 0; done < LARGE; ) {
                int size = Math.min(LARGE - done, 1 + sizes.nextInt(200_000));
                flow.write(bytes, done, size);
                done += size;
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] receive(Flow flow) {
        try {
            return flow.input().readNBytes(LARGE);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
