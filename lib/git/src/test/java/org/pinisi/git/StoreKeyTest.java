package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreKeyTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "a/b/c", "users/ana/photo.jpg", ".gitignore", "x.git", "größe/日本", "a b", "-rf", "~"})
    void aPathIsAKey(String path) {
        assertThat(new StoreKey(path)).hasToString(path);
        assertThat(StoreKey.parse(path)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "a/../b",
                "./a",
                ".git",
                ".GIT/config",
                "a/.git",
                ".g\u200cit",
                "git~1",
                "a\0b",
                "a\nb",
                "a\u007f",
                "\ud800"
            })
    void whatGitCannotOrShouldNotHaveIsNone(String path) {
        assertThat(StoreKey.parse(path)).isEmpty();
        assertThatThrownBy(() -> new StoreKey(path))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("cannot be a key");
    }

    @Test
    void lengthsAreLimitedInBytes() {
        assertThat(StoreKey.parse("a".repeat(255))).isPresent();
        assertThat(StoreKey.parse("a".repeat(256))).isEmpty();
        assertThat(StoreKey.parse("ä".repeat(128))).isEmpty();
        assertThat(StoreKey.parse("a/".repeat(31) + "a")).isPresent();
        assertThat(StoreKey.parse("a/".repeat(32) + "a")).isEmpty();
        assertThat(StoreKey.parse(("a".repeat(100) + "/").repeat(10) + "a".repeat(14)))
                .isPresent();
        assertThat(StoreKey.parse(("a".repeat(100) + "/").repeat(10) + "a".repeat(15)))
                .isEmpty();
    }

    @Test
    void itsSegmentsAreTheFoldersAndTheName() {
        assertThat(new StoreKey("a/b/c").segments()).containsExactly("a", "b", "c");
    }
}
