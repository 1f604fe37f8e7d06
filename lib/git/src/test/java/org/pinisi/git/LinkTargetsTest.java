package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkTargetsTest {
    @ParameterizedTest
    @CsvSource({"a,b", "a/b/c,../../d", "a,./b/../c", "a/b,..", "a,missing/file", "a/b,../a"})
    void aTargetBelowTheTopStaysInside(String link, String target) {
        assertThat(new LinkTargets(Map.of(link, target)).staysInside(link)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"a,..", "a,/etc/passwd", "a/b,../../c", "a,b/../../c", "a/b/c,../../../../etc"})
    void aTargetAboveTheTopDoesNot(String link, String target) {
        assertThat(new LinkTargets(Map.of(link, target)).staysInside(link)).isFalse();
    }

    @Test
    void aLinkThatOnlyLooksInsideIsFollowedThroughOtherLinks() {
        // By its letters deep/up/../x is deep/x, but deep/up is the top, and above it is outside.
        LinkTargets targets = new LinkTargets(Map.of("deep/up", "..", "trick", "deep/up/../x"));

        assertThat(targets.staysInside("deep/up")).isTrue();
        assertThat(targets.staysInside("trick")).isFalse();
    }

    @Test
    void aCircleIsRefused() {
        assertThat(new LinkTargets(Map.of("a", "b", "b", "a")).staysInside("a")).isFalse();
    }
}
