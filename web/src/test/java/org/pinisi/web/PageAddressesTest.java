package org.pinisi.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
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
    void aNameIsAtTheDoorWithItsPort() {
        PageAddresses addresses = new PageAddresses(
                "http://a", "http://a:7480", Optional.of("https://a:8443"), "http://a", "ssh://a", List.of());

        assertThat(addresses.urlOf("b.localhost", true)).isEqualTo("https://b.localhost:8443/");
        assertThat(addresses.urlOf("b.localhost", false)).isEqualTo("http://b.localhost:7480/");
    }

    @Test
    void theUsualPortIsNotSaid() {
        PageAddresses addresses = new PageAddresses(
                "http://a", "http://a:80", Optional.of("https://a:443"), "http://a", "ssh://a", List.of());

        assertThat(addresses.urlOf("example.org", true)).isEqualTo("https://example.org/");
        assertThat(addresses.urlOf("example.org", false)).isEqualTo("http://example.org/");
    }

    @Test
    void anAddressWithoutSchemeIsRefusedWithItsName() {
        assertThatThrownBy(() ->
                        new PageAddresses("http://a", "http://a", Optional.empty(), "somewhere", "ssh://a", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("git: somewhere")
                .hasMessageContaining("expected");
    }
}
