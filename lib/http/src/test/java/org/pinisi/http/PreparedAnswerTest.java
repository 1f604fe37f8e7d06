package org.pinisi.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PreparedAnswerTest {
    @Test
    void aChangedAnswerIsMadeOnceForAChange() {
        PreparedAnswer answer = PreparedAnswer.status(200)
                .field("Server", "own")
                .field("X-A", "a")
                .text("body")
                .build();
        PreparedAnswer.Change change =
                fields -> fields.withOnly("Server", "other").with("Date", "never");
        PreparedAnswer changed = answer.changed(change);
        assertThat(changed.fields()).isEqualTo(Fields.of("X-A", "a", "Server", "other"));
        assertThat(changed.length()).isEqualTo(4);
        assertThat(answer.changed(change)).isSameAs(changed);
        for (int i = 0; i < 10; i++) {
            assertThat(answer.changed(fields -> fields.without("Server")).fields())
                    .isEqualTo(Fields.of("X-A", "a"));
        }
        assertThat(answer.changed(change).fields()).isEqualTo(changed.fields());
        assertThat(answer.fields()).isEqualTo(Fields.of("Server", "own", "X-A", "a"));
    }
}
