package org.pinisi.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class PageAddressesTest {
    @Test
    void anAppIsPushedBelowTheGitAddress() {
        assertThat(Scene.ADDRESSES.gitOf("hello")).isEqualTo("http://127.0.0.1:7400/git/hello.git");
        assertThat(Scene.ADDRESSES.sshOf("hello")).isEqualTo("ssh://git@127.0.0.1:7422/hello.git");
    }

    @Test
    void anAppAnswersAtItsOwnNameAtTheEdge() {
        assertThat(Scene.ADDRESSES.urlOf("hello")).isEqualTo("http://hello.localhost:7480/");
    }

    @Test
    void anAddressWithoutSchemeIsRefusedWithItsName() {
        assertThatThrownBy(() -> new PageAddresses("http://a", "http://a", "somewhere", "ssh://a", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("git: somewhere")
                .hasMessageContaining("expected");
    }
}
