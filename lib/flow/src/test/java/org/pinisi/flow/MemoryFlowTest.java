package org.pinisi.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class MemoryFlowTest extends FlowRules {
    @Override
    Flow[] connect() {
        return Flows.pair();
    }

    @Test
    void aListenerAcceptsWhatConnects() throws Exception {
        try (MemoryListener listener = new MemoryListener();
                Flow near = Flows.standard().resolve(Context.empty().with(Flows.MEMORY, listener));
                Flow far = listener.accept(Duration.ofSeconds(1)).orElseThrow()) {
            near.write(new byte[] {5}, 0, 1);
            assertThat(far.read(new byte[9], 0, 9)).isEqualTo(1);
        }
    }

    @Test
    void aListenersQueueIsBounded() throws Exception {
        try (MemoryListener listener = new MemoryListener()) {
            for (int i = 0; i < 128; i++) {
                assertThat(listener.connect()).isNotNull();
            }
            assertThatThrownBy(listener::connect)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("full");
        }
    }
}
