package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GitLimitsTest {
    @Test
    void hasTheDefaultsItDocuments() {
        assertThat(GitLimits.DEFAULT)
                .isEqualTo(new GitLimits(
                        1_073_741_824L,
                        104_857_600L,
                        64,
                        Duration.ofMinutes(15),
                        Duration.ofMinutes(2),
                        4,
                        32,
                        256,
                        50,
                        false));
    }

    @Test
    void refusesALimitOfNothing() {
        assertThatThrownBy(() -> GitLimits.DEFAULT.withSizes(0, 1)).hasMessage("packBytes: 0 (expected: >= 1)");
        assertThatThrownBy(() -> GitLimits.DEFAULT.withSizes(1, 0)).hasMessage("objectBytes: 0 (expected: >= 1)");
    }
}
