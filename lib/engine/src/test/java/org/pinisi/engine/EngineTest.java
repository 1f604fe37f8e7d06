package org.pinisi.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The engine on its own thread.
final class EngineTest {
    @TempDir
    Path folder;

    private Engine open() {
        return Engine.builder().logFolder(folder.resolve("log")).build();
    }

    @Test
    void aStartedEngineFollowsChangesFromOtherThreads() {
        List<Outcome<String>> seen = new CopyOnWriteArrayList<>();
        try (Engine engine = open()) {
            FakeBuild build = new FakeBuild("compile");
            Variable<String> head = engine.terms().pending("head");
            engine.observe(engine.terms().build(build, head.term()), seen::add);
            engine.start();
            head.set("c1");
            build.succeed("c1", "image1");
            await().untilAsserted(() -> assertThat(seen).endsWith(new Outcome.Ready<>("image1")));
            assertThat(engine.graph().toText()).contains("succeeded  2.compile");
        }
    }

    @Test
    void aRootMayBeAddedToAStartedEngineAndLetGo() {
        FakeBuild build = new FakeBuild("compile");
        try (Engine engine = open()) {
            engine.start();
            Subscription root = engine.addRoot(
                    "app", () -> engine.terms().build(build, engine.terms().constant("c1")));
            await().until(() -> build.begun.contains("c1"));
            assertThat(engine.graph().nodes()).extracting(Graph.Node::id).containsExactly("app/2.compile");
            assertThatThrownBy(() -> engine.addRoot("app", () -> engine.terms().constant(1)))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("already is a root app");
            root.close();
            await().until(() -> engine.jobs().active().isEmpty());
            assertThat(build.interrupted).containsExactly("c1");
            assertThat(engine.graph().nodes()).isEmpty();
        }
    }

    @Test
    void aRootWhoseMakerFailsIsDrawnAsFailed() {
        try (Engine engine = open()) {
            engine.start();
            engine.addRoot("app", () -> {
                throw new EngineException("cannot plan");
            });
            await().untilAsserted(() -> assertThat(engine.graph().toText()).contains("cannot plan"));
        }
    }

    @Test
    void termsOfAStartedEngineAreNotMadeOnOtherThreads() {
        try (Engine engine = open()) {
            engine.start();
            assertThatThrownBy(() -> engine.terms().constant(1))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("addRoot");
        }
    }

    @Test
    void closingStopsTheRunningJobsBeforeItReturns() {
        FakeBuild build = new FakeBuild("compile");
        Engine engine = open();
        engine.addRoot("app", () -> engine.terms().build(build, engine.terms().constant("c1")));
        engine.start();
        await().until(() -> build.begun.contains("c1"));
        engine.close();
        engine.close();
        assertThat(build.interrupted).containsExactly("c1");
    }

    @Test
    void aClosedEngineSaysSoWhenAsked() {
        Engine engine = open();
        engine.start();
        engine.close();
        assertThat(CompletableFuture.supplyAsync(engine::graph))
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withMessageContaining("the engine is closed");
    }

    @Test
    void anExpiryFiresByItselfOnTheRealClock() {
        FakeBuild build = new FakeBuild("pull");
        build.validFor = Optional.of(Duration.ofMillis(20));
        build.succeed("debian", "sha1");
        try (Engine engine = open()) {
            engine.addRoot(
                    "app", () -> engine.terms().build(build, engine.terms().constant("debian")));
            engine.start();
            await().until(() -> build.begun.size() >= 3);
        }
    }

    @Test
    void theLogFolderMustBeGiven() {
        assertThatThrownBy(() -> Engine.builder().build())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("logFolder");
    }

    @Test
    void aFileThatIsNoDatabaseIsAClearError() throws Exception {
        Path file = folder.resolve("engine.db");
        Files.writeString(file, "this is not a database, it is a text of some length");
        assertThatThrownBy(() -> Engine.builder().logFolder(folder).store(file).build())
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("engine.db")
                .hasMessageContaining("check that");
    }

    @Test
    void aPoolKeepsItsCapacity() {
        try (Engine engine = open()) {
            assertThat(engine.pool("builders", 2)).isSameAs(engine.pool("builders", 2));
            assertThatThrownBy(() -> engine.pool("builders", 3))
                    .isInstanceOf(EngineException.class)
                    .hasMessageContaining("expected: 2");
        }
    }
}
