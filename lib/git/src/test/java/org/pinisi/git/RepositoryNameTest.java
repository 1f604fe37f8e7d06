package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryNameTest {
    private static final String LONGEST = "a23456789012345678901234567890123456789012345678901234567890123";

    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "a-b", "my-app-2", LONGEST})
    void isALabelOfAHostName(String value) {
        assertThat(new RepositoryName(value).value()).isEqualTo(value);
        assertThat(RepositoryName.parse(value)).contains(new RepositoryName(value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "A", "a.b", "a/b", "..", "ä", "a b", "a\0", "a\n", LONGEST + "4"})
    void isNothingElse(String value) {
        assertThatThrownBy(() -> new RepositoryName(value))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("expected 1 to 63 characters");
        assertThat(RepositoryName.parse(value)).isEmpty();
    }
}
