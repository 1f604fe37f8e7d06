package org.pinisi.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Drawings after each step, compared with files. Run with `-Dgolden.write=true` to write them anew, and read the
/// change.
final class GraphTest {
    @TempDir
    Path folder;

    private Driver driver;
    private Terms terms;
    private final FakeBuild build = new FakeBuild("build");
    private final FakePublish deploy = new FakePublish("deploy");

    @BeforeEach
    void open() {
        driver = Driver.inMemory(folder);
        terms = driver.terms;
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private String text() {
        return driver.engine.graph().toText();
    }

    @Test
    void aPipelineIsDrawnStepByStep() throws IOException {
        Variable<String> head = terms.pending("head");
        Term<String> image = terms.build(build, head.term());
        Term<String> served =
                terms.publish(deploy, "web", image.both(head.term()).map(Both::left));
        driver.observe(served);
        driver.step();
        driver.golden("pipeline.1");
        head.set("c1");
        driver.until(() -> build.begun.contains("c1"));
        driver.step();
        driver.golden("pipeline.2");
        build.succeed("c1", "image1");
        driver.until(() -> !deploy.runs.begun.isEmpty());
        driver.step();
        driver.golden("pipeline.3");
        deploy.runs.succeed("web=image1", "ok");
        driver.settled();
        driver.golden("pipeline.4");
        build.fail("c2", "does not compile");
        head.set("c2");
        driver.until(() -> text().contains("does not compile"));
        driver.golden("pipeline.5");
    }

    @Test
    void aListIsAFrameAndStandsInForItemsThatAreNotKnown() throws IOException {
        Variable<List<String>> names = terms.pending("branches");
        driver.observe(
                terms.forEach(names.term(), Function.identity(), name -> terms.build(build, terms.constant(name))));
        driver.step();
        driver.golden("list.1");
        names.set(List.of());
        driver.step();
        driver.golden("list.2");
        names.set(List.of("main", "next"));
        build.succeed("main", "image1");
        build.fail("next", "does not compile");
        driver.until(() -> text().contains("does not compile") && text().contains("succeeded  3.list[main]"));
        driver.golden("list.3");
        String dot = driver.engine.graph().toDot();
        Path file = Path.of("src/test/resources/golden/list.dot");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, dot);
        }
        assertThat(file).content().isEqualTo(dot);
    }

    @Test
    void aGateDoesNotDelayTheWorkOfItsTermAndDrawsItsControlDashed() throws IOException {
        Term<String> image = terms.build(build, terms.constant("c1"));
        Variable<String> go = terms.pending("go");
        driver.observe(terms.publish(deploy, "web", image.gate(go.term())));
        build.succeed("c1", "image1");
        driver.until(() -> text().contains("succeeded  2.build"));
        driver.golden("gate.1");
        assertThat(build.begun).containsExactly("c1");
        assertThat(deploy.runs.begun).isEmpty();
        go.set("yes");
        driver.until(() -> text().contains("running  6.deploy"));
        driver.golden("gate.2");
        assertThat(driver.engine.graph().toDot()).contains("[style=dashed]");
    }

    @Test
    void anEdgeThatALongerWayImpliesIsNotDrawn() {
        Variable<String> head = terms.variable("head", "c1");
        Term<String> image = terms.build(build, head.term());
        driver.observe(terms.publish(deploy, "web", head.term().combine(image, (_, built) -> built)));
        driver.step();
        assertThat(driver.engine.graph().edges())
                .extracting(edge -> edge.from() + " " + edge.to())
                .containsExactly("1.head 2.build", "2.build 5.deploy");
    }

    @Test
    void aStateCutsWhatIsImplied() {
        Variable<String> head = terms.variable("head", "c1");
        Term<String> image = terms.build(build, head.term());
        Term<String> word = image.state().map(outcome -> outcome.getClass().getSimpleName());
        driver.observe(terms.publish(deploy, "status", head.term().combine(word, String::concat)));
        driver.step();
        assertThat(driver.engine.graph().edges())
                .extracting(edge -> edge.from() + " " + edge.to())
                .containsExactlyInAnyOrder("1.head 2.build", "1.head 7.deploy", "2.build 7.deploy");
    }

    @Test
    void aBindIsABoxBeforeItsPart() throws IOException {
        Variable<String> plan = terms.pending("plan");
        driver.observe(plan.term()
                .bind(text -> terms.build(build, terms.constant(text)))
                .label("follow plan"));
        driver.step();
        driver.golden("bind.1");
        plan.set("p1");
        driver.until(() -> build.begun.contains("p1"));
        driver.step();
        driver.golden("bind.2");
    }

    @Test
    void foldsOfOneKeyOpenEachAlone() throws IOException {
        Variable<String> head = terms.variable("head", "c");
        Term<String> one =
                terms.build(build, head.term().map(text -> text + "1")).collapse("repo", "one", head.term());
        Term<String> two =
                terms.build(build, head.term().map(text -> text + "2")).collapse("repo", "two", head.term());
        driver.observe(terms.all(List.of(one, two)));
        build.fail("c2", "does not compile");
        driver.until(() -> text().contains("does not compile"));
        driver.until(() -> build.begun.contains("c1"));
        driver.step();
        driver.golden("fold.1");
        Set<Graph.Fold> open = Set.of(new Graph.Fold("repo", "two"));
        assertThat(driver.engine.graph(open).toText())
                .contains("running  4.collapsed \"one\"")
                .contains("failed  6.build")
                .doesNotContain("\"two\"");
    }

    @Test
    void aMapIsDrawnOnlyWhenItFails() {
        Variable<Integer> number = terms.variable("n", 1);
        driver.observe(number.term().map(value -> 10 / value));
        driver.step();
        assertThat(text()).isEqualTo("succeeded  1.n\n");
        number.set(0);
        driver.step();
        assertThat(text()).isEqualTo("succeeded  1.n\nfailed  2.map  <- 1.n  : ArithmeticException: / by zero\n");
    }

    @Test
    void aPartIsDrawnAlone() {
        Variable<String> one = terms.variable("one", "1");
        Variable<String> two = terms.variable("two", "2");
        driver.engine.addRoot("first", one::term);
        Subscription second = driver.engine.addRoot("second", two::term);
        driver.step();
        assertThat(driver.engine.graphOf(List.of("first"), Set.of()).toText()).isEqualTo("succeeded  1.one\n");
        assertThat(driver.engine.graph(List.of(two.term()), Set.of()).toText()).isEqualTo("succeeded  2.two\n");
        second.close();
        driver.step();
        driver.step();
        assertThat(driver.engine.roots()).containsExactly("first");
        assertThat(text()).isEqualTo("succeeded  1.one\n");
    }
}
