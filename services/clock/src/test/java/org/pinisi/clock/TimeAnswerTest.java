package org.pinisi.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class TimeAnswerTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T08:09:10.999Z"));
    private final TimeAnswer answer = new TimeAnswer(now::get);

    private String body() {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void theTimeIsUtcInSecondsWithItsOffset() {
        assertThat(body()).isEqualTo("{ \"time\": \"2026-11-21 08:09:10 +00:00\" }");
    }

    @Test
    void anotherSecondIsAnotherAnswer() {
        now.set(Instant.parse("2026-11-21T08:09:11Z"));

        assertThat(body()).isEqualTo("{ \"time\": \"2026-11-21 08:09:11 +00:00\" }");
    }

    @Test
    void withinASecondTheAnswerIsWrittenOnce() {
        byte[] first = answer.body();
        now.set(Instant.parse("2026-11-21T08:09:10.001Z"));

        assertThat(answer.body()).isSameAs(first);
    }

    @Test
    void aClockThatIsSetBackIsFollowed() {
        now.set(Instant.parse("1969-12-31T23:59:59.5Z"));

        assertThat(body()).contains("1969-12-31 23:59:59 +00:00");
    }
}
