package org.pinisi.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ForEachTest {
    private record Change(int number, String title) {}

    @TempDir
    Path folder;

    private Driver driver;
    private Terms terms;
    private Variable<List<String>> names;
    private final List<String> made = new ArrayList<>();

    @BeforeEach
    void open() {
        driver = Driver.inMemory(folder);
        terms = driver.terms;
        names = terms.variable("names", List.of("a", "b"));
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private Driver.Seen<List<String>> upper() {
        Driver.Seen<List<String>> seen = driver.observe(terms.forEach(names.term(), Function.identity(), name -> {
            made.add(name);
            return terms.constant(name.toUpperCase(java.util.Locale.ROOT));
        }));
        driver.step();
        return seen;
    }

    @Test
    void eachKeysPartIsMadeOnceAndKeptWhileItStays() {
        Driver.Seen<List<String>> seen = upper();
        names.set(List.of("b", "c", "a"));
        driver.step();
        assertThat(seen.value()).containsExactly("B", "C", "A");
        assertThat(made).containsExactly("a", "b", "c");
    }

    @Test
    void equalKeysShareOnePartButStayInTheResult() {
        names.set(List.of("a", "a", "b"));
        assertThat(upper().value()).containsExactly("A", "A", "B");
        assertThat(made).containsExactly("a", "b");
    }

    @Test
    void theFunctionIsNeverCalledWithAPlaceholder() {
        Variable<List<String>> unknown = terms.pending("unknown");
        driver.observe(terms.forEach(unknown.term(), Function.identity(), name -> {
            made.add(name);
            return terms.constant(name);
        }));
        driver.step();
        unknown.set(List.of());
        driver.step();
        assertThat(made).isEmpty();
    }

    @Test
    void aFailedListKeepsThePartsAndTheirRunningJobs() {
        FakeBuild build = new FakeBuild("compile");
        Driver.Seen<List<String>> seen = driver.observe(
                terms.forEach(names.term(), Function.identity(), name -> terms.build(build, terms.constant(name))));
        driver.until(() -> build.begun.size() == 2);
        names.fail("the query failed");
        driver.step();
        assertThat(seen.failure()).isEqualTo("the query failed");
        names.set(List.of("a", "b"));
        build.succeed("a", "A");
        build.succeed("b", "B");
        driver.until(seen::ready);
        assertThat(build.begun).containsExactlyInAnyOrder("a", "b");
        assertThat(build.interrupted).isEmpty();
    }

    @Test
    void aListWithoutAKeyCancelsThatKeysJobOnly() {
        FakeBuild build = new FakeBuild("compile");
        driver.observe(
                terms.forEach(names.term(), Function.identity(), name -> terms.build(build, terms.constant(name))));
        driver.until(() -> build.begun.size() == 2);
        names.set(List.of("b"));
        driver.until(() -> driver.engine.jobs().active().size() == 1);
        assertThat(build.interrupted).containsExactly("a");
    }

    @Test
    void anItemMayChangeWhileItsKeyStays() {
        Variable<List<Change>> changes = terms.variable("changes", List.of(new Change(1, "one")));
        List<Integer> parts = new ArrayList<>();
        Driver.Seen<List<String>> seen = driver.observe(terms.forEach(
                changes.term(), Change::number, number -> "#" + number, (number, change) -> {
                    parts.add(number);
                    return change.map(now -> number + " " + now.title());
                }));
        driver.step();
        changes.set(List.of(new Change(1, "uno"), new Change(2, "two")));
        driver.step();
        assertThat(seen.value()).containsExactly("1 uno", "2 two");
        assertThat(parts).containsExactly(1, 2);
    }

    @Test
    void oneBrokenPartDoesNotBreakTheOthers() {
        FakeBuild build = new FakeBuild("compile");
        Driver.Seen<List<String>> seen = driver.observe(terms.forEach(names.term(), Function.identity(), name -> {
            if (name.equals("a")) {
                throw new EngineException("cannot plan " + name);
            }
            return terms.build(build, terms.constant(name));
        }));
        driver.until(() -> build.begun.contains("b"));
        assertThat(seen.failure()).isEqualTo("cannot plan a");
    }

    @Test
    void twoKeysWithOneTextAreAClearErrorUntilTheListIsGoodAgain() {
        Driver.Seen<List<String>> seen =
                driver.observe(terms.forEach(names.term(), name -> name.substring(0, 1), name -> terms.constant(name)));
        driver.step();
        names.set(List.of("b", "cat", "cow"));
        driver.step();
        assertThat(seen.failure()).contains("same text c");
        names.set(List.of("cow", "a"));
        driver.step();
        assertThat(seen.value()).containsExactly("cow", "a");
    }
}
