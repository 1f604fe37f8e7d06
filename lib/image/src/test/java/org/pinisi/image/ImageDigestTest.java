package org.pinisi.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ImageDigestTest {
    @Test
    void isShortenedToTwelveDigitsForPeople() {
        assertThat(new ImageDigest("sha256:" + "9be1".repeat(16)).abbreviated()).isEqualTo("sha256:9be19be19be1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "sha256:", "sha256:xyz", "9be1", "md5:00", "sha256:../../../etc"})
    void refusesEveryOtherShape(String text) {
        assertThatThrownBy(() -> new ImageDigest(text))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("expected sha256:");
    }
}
