package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RouteTableTest {
    private static RouteEntry entry(String name, String... hosts) {
        EdgeRoute route = new EdgeRoute(name, List.of(hosts), new Target.Upstreams(List.of()));
        return new RouteEntry(route, new RouteCounters(), List.of(), null);
    }

    private static @Nullable String find(RouteTable table, String host) {
        byte[] bytes = ("xx" + host + "yy").getBytes(ISO_8859_1);
        RouteEntry found = table.find(bytes, 2, bytes.length - 2);
        return found == null ? null : found.route().name();
    }

    @Test
    void findsARouteByEachOfItsHosts() {
        RouteTable table =
                RouteTable.empty().with(entry("a", "a.test", "www.a.test")).with(entry("b", "b.test"));
        assertThat(find(table, "a.test")).isEqualTo("a");
        assertThat(find(table, "www.a.test")).isEqualTo("a");
        assertThat(find(table, "b.test")).isEqualTo("b");
    }

    @Test
    void findsAHostInAnyCaseAndWithAClosingDot() {
        RouteTable table = RouteTable.empty().with(entry("a", "A.Test"));
        assertThat(find(table, "a.TEST")).isEqualTo("a");
        assertThat(find(table, "a.test.")).isEqualTo("a");
    }

    @Test
    void findsNothingElse() {
        RouteTable table = RouteTable.empty().with(entry("a", "a.test"));
        assertThat(find(table, "")).isNull();
        assertThat(find(table, ".")).isNull();
        assertThat(find(table, "x.a.test")).isNull();
        assertThat(find(table, "a.tes")).isNull();
        assertThat(find(table, "a.test..")).isNull();
        assertThat(find(RouteTable.empty(), "a.test")).isNull();
    }

    @Test
    void replacesARouteOfTheSameNameWithAllItsHosts() {
        RouteTable before = RouteTable.empty().with(entry("a", "old.test", "both.test"));
        RouteTable after = before.with(entry("a", "both.test", "new.test"));
        assertThat(find(after, "old.test")).isNull();
        assertThat(find(after, "both.test")).isEqualTo("a");
        assertThat(find(after, "new.test")).isEqualTo("a");
        assertThat(find(before, "old.test")).isEqualTo("a");
    }

    @Test
    void refusesAHostOfAnotherRoute() {
        RouteTable table = RouteTable.empty().with(entry("a", "a.test"));
        assertThatThrownBy(() -> table.with(entry("b", "b.test", "A.test")))
                .isInstanceOf(EdgeException.class)
                .hasMessage("the host a.test already belongs to the route a; remove it there first, "
                        + "or choose another host for b");
    }

    @Test
    void forgetsARemovedRoute() {
        RouteTable table = RouteTable.empty().with(entry("a", "a.test")).without("a");
        assertThat(find(table, "a.test")).isNull();
        assertThat(table.named("a")).isNull();
    }

    @Test
    void holdsManyHosts() {
        RouteTable table = RouteTable.empty();
        for (int i = 0; i < 300; i++) {
            table = table.with(entry("app-" + i, "host" + i + ".test", "host" + i + ".example"));
        }
        for (int i = 0; i < 300; i++) {
            assertThat(find(table, "host" + i + ".example")).isEqualTo("app-" + i);
        }
        assertThat(table.entries()).hasSize(300);
        assertThat(Objects.requireNonNull(table.named("app-7")).route().hosts())
                .containsExactly("host7.test", "host7.example");
    }
}
