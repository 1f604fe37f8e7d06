package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressQueueTest {
    private final ProgressQueue queue = new ProgressQueue();
    private final List<String> shown = new ArrayList<>();

    private final ProgressQueue.Terminal terminal = new ProgressQueue.Terminal() {
        @Override
        public void show(List<String> lines) {
            shown.addAll(lines);
        }

        @Override
        public void keepAlive() {
            shown.add("(keep alive)");
        }
    };

    @Test
    void showsLinesInOrderUntilTheEnd() {
        queue.line("one\ntwo");
        queue.line("three");
        queue.end();

        queue.pump(terminal);

        assertThat(shown).containsExactly("one", "two", "three");
    }

    @Test
    void tellsHowManyLinesASlowPusherMissed() {
        for (int i = 0; i < ProgressQueue.CAPACITY + 5; i++) {
            queue.line("line " + i);
        }
        queue.end();

        queue.pump(terminal);

        assertThat(shown).hasSize(ProgressQueue.CAPACITY + 1);
        assertThat(shown.getLast()).startsWith("(5 lines left out");
    }

    @Test
    void noLongerListensOnceTheConnectionBreaks() {
        queue.line("one");
        queue.pump(new ProgressQueue.Terminal() {
            @Override
            public void show(List<String> lines) throws IOException {
                throw new IOException("broken pipe");
            }

            @Override
            public void keepAlive() {}
        });

        assertThat(queue.listening()).isFalse();
    }

    @Test
    void noLongerListensOnceTheServingThreadIsInterrupted() {
        Thread.currentThread().interrupt();
        queue.pump(terminal);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(queue.listening()).isFalse();
    }

    @Test
    void leavesOutWhatCouldSteerTheTerminalButKeepsColours() {
        assertThat(ProgressQueue.printable("\u001b[32mok\u001b[0m\u001b[2J\u001b]0;title\u0007\rend\tx"))
                .isEqualTo("\u001b[32mok\u001b[0m[2J]0;titleend\tx");
    }

    @Test
    void cutsEndlessLines() {
        assertThat(ProgressQueue.printable("x".repeat(10_000))).hasSize(4097);
    }
}
