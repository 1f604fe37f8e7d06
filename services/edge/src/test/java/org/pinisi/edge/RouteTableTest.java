package org.pinisi.edge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.http.Head;
import org.pinisi.http.HttpLimits;

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

    private static RouteEntry entry(String name, String host, List<String> paths) {
        EdgeRoute route = new EdgeRoute(name, List.of(host), new Target.Upstreams(List.of())).withPaths(paths);
        return new RouteEntry(route, new RouteCounters(), List.of(), null);
    }

    private static Head request(String target, String host) {
        Head head = Head.forRequests(HttpLimits.defaults());
        String text = "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        ByteBuf bytes = Unpooled.copiedBuffer(text, ISO_8859_1);
        assertThat(head.parse(bytes)).isTrue();
        bytes.release();
        return head;
    }

    private static String asked(RouteTable table, String target) {
        Head head = request(target, "a.test");
        RouteEntry found = table.find(head);
        return found != null ? found.route().name() : table.isAmbiguous(head) ? "400" : "404";
    }

    @ParameterizedTest
    @CsvSource({
        "a.test, exact",
        "b.a.test, wildcard",
        "B.A.TEST, wildcard",
        "x.a.test, deeper",
        "c.x.a.test, rest",
        "other, rest",
        "192.0.2.1, rest",
        "[::1], rest",
    })
    void anExactHostWinsOverAWildcardAndThatOverTheCatchAll(String host, String route) {
        RouteTable table = RouteTable.empty()
                .with(entry("exact", "a.test"))
                .with(entry("wildcard", "*.a.test"))
                .with(entry("deeper", "x.a.test"))
                .with(entry("rest", "*"));
        assertThat(find(table, host)).isEqualTo(route);
    }

    @ParameterizedTest
    @ValueSource(strings = {".a.test", "..a.test", "b..a.test", "b.c.a.test", ".", "..", "a.test.."})
    void aWildcardStandsForExactlyOneLabel(String host) {
        RouteTable table = RouteTable.empty().with(entry("wildcard", "*.a.test"));
        assertThat(find(table, host)).isNull();
    }

    @Test
    void findsAnInternationalNameInItsAsciiForm() {
        RouteTable table = RouteTable.empty().with(entry("a", "B\u00fccher.test", "*.\u65e5\u672c.test"));
        assertThat(find(table, "XN--bcher-KVA.test")).isEqualTo("a");
        assertThat(find(table, "x.xn--wgv71a.test")).isEqualTo("a");
    }

    @ParameterizedTest
    @CsvSource({
        "/, root",
        "/x, root",
        "/shop, shop",
        "/shop/, shop",
        "/shop/7?a=/b, shop",
        "/shop?x, shop",
        "/shopping, root",
        "/Shop, root",
        "/shop/cart, cart",
        "/shop/cart/1, cart",
        "/shop/carts, shop",
        "/s%68op/7, shop",
        "/a%20b/x, blank",
        "http://a.test/shop/1, shop",
        "http://a.test, root",
        "/x%2Fy, root",
        "/shop/x%2Fy, shop",
        "/shop/x//y, shop",
        "/shop/./x, shop",
        "/shop/x/../y, shop",
        "/shop/x;v=1/y, shop",
        "/x//y, root",
        "/%zz, root",
    })
    void theLongestPrefixOnASegmentBoundaryWins(String target, String route) {
        assertThat(asked(paths(), target)).isEqualTo(route);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/shop/../x", "/shop/%2e%2e/x", "/shop/.%2E/x", "/shop/..%2fx", "/x/../shop", "/./shop", "//shop",
                "/%2Fshop", "/shop%2Fcart", "/shop%5Cx", "/shop/..;/x", "/shop;v=1/x", "/shop/cart/..", "/shop//cart",
                "/x/%2e%2e%2fshop", "/%5cshop", "/shop/cart%2f..%2f..%2fx",
            })
    void aPathThatProgramsReadAsDifferentRoutesIsRefused(String target) {
        assertThat(asked(paths(), target)).isEqualTo("400");
    }

    @Test
    void wherePathsDecideNothingEveryPathPasses() {
        RouteTable table = RouteTable.empty().with(entry("all", "a.test"));
        assertThat(asked(table, "/shop/../%2e%2e%2f//x;a\\b")).isEqualTo("all");
    }

    @Test
    void aHostWithoutARouteForThePathHasNone() {
        RouteTable table = RouteTable.empty()
                .with(entry("shop", "a.test", List.of("/shop")))
                .with(entry("rest", "*"));
        assertThat(asked(table, "/x")).isEqualTo("404");
        assertThat(find(table, "a.test")).isEqualTo("shop");
    }

    @Test
    void routesMayShareAHostButNoPath() {
        RouteTable table = RouteTable.empty().with(entry("shop", "a.test", List.of("/shop", "/cart")));
        assertThatThrownBy(() -> table.with(entry("other", "a.test", List.of("/cart/"))))
                .hasMessageContaining("the host a.test/cart already belongs to the route shop");
        assertThatThrownBy(() -> RouteTable.of(
                        List.of(entry("a", "a.test"), entry("b", "a.test")), name -> ", which came from " + name))
                .hasMessageContaining("already belongs to the route a, which came from a");
    }

    @Test
    void holdsTenThousandHosts() {
        List<RouteEntry> entries = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            entries.add(entry("app-" + i, "host" + i + ".test"));
        }
        RouteTable table = RouteTable.of(entries, name -> "");
        for (int i = 0; i < 10_000; i++) {
            assertThat(find(table, "host" + i + ".test")).isEqualTo("app-" + i);
        }
        assertThat(find(table, "host10000.test")).isNull();
    }

    private static RouteTable paths() {
        return RouteTable.empty()
                .with(entry("root", "a.test"))
                .with(entry("shop", "a.test", List.of("/shop")))
                .with(entry("cart", "a.test", List.of("/shop/cart")))
                .with(entry("blank", "a.test", List.of("/a%20b")));
    }
}
