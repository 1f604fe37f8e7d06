package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Address;

final class EdgeRouteTest {
    private static final Target NONE = new Target.Upstreams(List.of());

    @Test
    void keepsHostsInLowerCaseWithoutClosingDotAndOnce() {
        EdgeRoute route = new EdgeRoute("a", List.of("A.Test.", "a.test", "[::1]", "x_y.test", "192.0.2.1"), NONE);
        assertThat(route.hosts()).containsExactly("a.test", "[::1]", "x_y.test", "192.0.2.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a b",
                "a.test:80",
                "a/b",
                "-a.test",
                "a..test",
                ".",
                "*.*.test",
                "a.*.test",
                "*a.test",
                "straße.test",
                "a\r\nb"
            })
    void refusesWhatIsNoHostName(String host) {
        assertThatThrownBy(() -> new EdgeRoute("app", List.of(host), NONE))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("hosts[0]: \"" + host);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a b", "-a", "a/b", "../a"})
    void refusesWhatIsNoRouteName(String name) {
        assertThatThrownBy(() -> new EdgeRoute(name, List.of("a.test"), NONE))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("is no route name");
    }

    @Test
    void refusesARouteWithoutHostsOrWithTooMany() {
        assertThatThrownBy(() -> new EdgeRoute("a", List.of(), NONE)).hasMessageContaining("names 0 hosts");
        List<String> many = java.util.stream.IntStream.range(0, 101)
                .mapToObj(i -> "h" + i + ".test")
                .toList();
        assertThatThrownBy(() -> new EdgeRoute("a", many, NONE)).hasMessageContaining("names 101 hosts");
    }

    @Test
    void refusesUpstreamsThatCannotBeToldApart() {
        Upstream upstream = new Upstream("a-1", Address.parse("127.0.0.1:1"));
        assertThatThrownBy(() -> Target.Upstreams.of(upstream, upstream)).hasMessageContaining("a-1 is named twice");
    }

    @Test
    void refusesTooManyUpstreams() {
        List<Upstream> many = Collections.nCopies(257, new Upstream("a-1", Address.parse("127.0.0.1:1")));
        assertThatThrownBy(() -> new Target.Upstreams(many)).hasMessageContaining("at most 256");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "a\n"})
    void refusesWhatIsNoUpstreamId(String id) {
        assertThatThrownBy(() -> new Upstream(id, Address.parse("127.0.0.1:1")))
                .hasMessageContaining("is no upstream id");
    }

    @Test
    void refusesARelativeFolder() {
        assertThatThrownBy(() -> new Target.Folder(Path.of("site"))).hasMessageContaining("relative");
    }
}
