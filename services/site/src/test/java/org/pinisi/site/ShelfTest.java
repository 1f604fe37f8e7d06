package org.pinisi.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.pinisi.http.Fields;

/// What is kept in memory, and what goes.
final class ShelfTest {
    private static final long BUDGET = 100_000;

    private final Shelf shelf = new Shelf(BUDGET);
    private final HotTable table = new HotTable();

    private static HotEntry entry(String tag, int size) {
        Offer offer = new Offer(Optional.empty(), tag, Fields.empty(), Body.Memory.of(new byte[size]));
        return new HotEntry(List.of(offer), Optional.empty(), false);
    }

    private static byte[] path(String text) {
        return text.getBytes(UTF_8);
    }

    private @Nullable HotEntry get(String text) {
        byte[] framed = path("GET " + text + " HTTP");
        return table.get(framed, 4, 4 + path(text).length);
    }

    @Test
    void aPageIsFoundByTheBytesOfItsPath() {
        HotEntry entry = entry("\"a\"", 10);
        shelf.put(table, path("/a"), entry, false);
        assertThat(get("/a")).isSameAs(entry);
        assertThat(get("/b")).isNull();
        assertThat(get("/a/")).isNull();
        assertThat(get("/")).isNull();
        assertThat(shelf.body("\"a\"")).isPresent();
    }

    @Test
    void manyPagesAreAllFound() {
        Shelf large = new Shelf(1 << 30);
        for (int i = 0; i < 20_000; i++) {
            large.put(table, path("/" + i), entry("\"" + i + "\"", 1), false);
        }
        for (int i = 0; i < 20_000; i++) {
            HotEntry found = get("/" + i);

            assertThat(requireNonNull(found).offers.getFirst().tag).isEqualTo("\"" + i + "\"");
        }
    }

    @Test
    void theBudgetIsKeptAndWhatIsUsedStays() {
        for (int i = 0; i < 1000; i++) {
            shelf.put(table, path("/" + i), entry("\"" + i + "\"", 1000), true);
            assertThat(get("/0")).as("after %d", i).isNotNull();
            assertThat(shelf.weight()).isPositive().isLessThanOrEqualTo(BUDGET);
        }
        assertThat(get("/500")).isNull();
        assertThat(shelf.body("\"500\"")).isEmpty();
        assertThat(get("/999")).isNotNull();
    }

    @Test
    void aVisitToEverythingEvictsNothing() {
        shelf.put(table, path("/kept"), entry("\"kept\"", 10_000), false);
        for (int i = 0; i < 1000; i++) {
            shelf.put(table, path("/" + i), entry("\"" + i + "\"", 10_000), false);
        }
        assertThat(get("/kept")).isNotNull();
        assertThat(get("/999")).isNull();
        shelf.put(table, path("/999"), entry("\"999\"", 10_000), false);
        assertThat(get("/999")).as("asked for again").isNotNull();
    }

    @Test
    void theSameBytesAreCountedOnce() {
        Body.Memory body = Body.Memory.of(new byte[20_000]);
        for (int i = 0; i < 10; i++) {
            Offer offer = new Offer(Optional.empty(), "\"same\"", Fields.empty(), body);
            shelf.put(table, path("/" + i), new HotEntry(List.of(offer), Optional.empty(), false), true);
        }
        assertThat(get("/0")).isNotNull();
        assertThat(shelf.weight()).isBetween(20_000L, 50_000L);
        shelf.clear(table);
        assertThat(shelf.weight()).isZero();
        assertThat(shelf.body("\"same\"")).isEmpty();
        assertThat(get("/0")).isNull();
    }

    @Test
    void aNewerPageTakesTheOldOnesPlace() {
        for (int i = 0; i < 100; i++) {
            HotEntry newer = entry("\"" + i + "\"", 100);
            shelf.put(table, path("/a"), newer, false);
            assertThat(get("/a")).isSameAs(newer);
        }
        assertThat(shelf.weight()).isLessThan(5_000);
        assertThat(shelf.paths(table)).hasSize(1);
    }

    @Test
    void whatWouldFillAQuarterIsNotTaken() {
        shelf.put(table, path("/large"), entry("\"large\"", 30_000), true);
        assertThat(get("/large")).isNull();
        assertThat(shelf.weight()).isZero();
    }

    @Test
    void tablesDoNotDisturbEachOther() {
        HotTable other = new HotTable();
        shelf.put(table, path("/a"), entry("\"a\"", 10), false);
        shelf.put(other, path("/a"), entry("\"b\"", 10), false);
        shelf.clear(other);
        assertThat(get("/a")).isNotNull();
        assertThat(other.get(path("/a"), 0, 2)).isNull();
    }
}
