package org.pinisi.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PublishTest {
    @TempDir
    Path folder;

    private Driver driver;
    private Terms terms;
    private Variable<String> image;
    private final FakePublish deploy = new FakePublish("deploy");

    @BeforeEach
    void open() {
        driver = Driver.inMemory(folder);
        terms = driver.terms;
        image = terms.variable("image", "v1");
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private Driver.Seen<String> observePublish() {
        return driver.observe(terms.publish(deploy, "web", image.term()));
    }

    private void finish(String value) {
        deploy.runs.succeed("web=" + value, "serving " + value);
    }

    @Test
    void theTargetIsMadeToHoldEachNewValue() {
        Driver.Seen<String> seen = observePublish();
        finish("v1");
        driver.until(seen::ready);
        image.set("v2");
        driver.step();
        assertThat(seen.activity()).isPresent();
        finish("v2");
        driver.until(seen::ready);
        assertThat(seen.value()).isEqualTo("serving v2");
        assertThat(deploy.runs.begun).containsExactly("web=v1", "web=v2");
    }

    @Test
    void withoutAutoCancelTheRunEndsAndValuesInBetweenAreSkipped() {
        Driver.Seen<String> seen = observePublish();
        driver.until(() -> !deploy.runs.begun.isEmpty());
        image.set("v2");
        driver.step();
        image.set("v3");
        driver.step();
        assertThat(deploy.runs.interrupted).isEmpty();
        finish("v3");
        finish("v1");
        driver.until(seen::ready);
        assertThat(seen.value()).isEqualTo("serving v3");
        assertThat(deploy.runs.begun).containsExactly("web=v1", "web=v3");
        assertThat(seen.outcomes).doesNotContain(new Outcome.Ready<>("serving v1"));
    }

    @Test
    void withAutoCancelANewValueStartsOnlyWhenTheOldRunHasReallyEnded() {
        deploy.autoCancel = true;
        deploy.runs.stubborn = true;
        Driver.Seen<String> seen = observePublish();
        driver.until(() -> !deploy.runs.begun.isEmpty());
        image.set("v2");
        driver.until(() -> !deploy.runs.interrupted.isEmpty());
        driver.step();
        assertThat(deploy.runs.begun).containsExactly("web=v1");
        finish("v1");
        finish("v2");
        driver.until(seen::ready);
        assertThat(seen.value()).isEqualTo("serving v2");
    }

    @Test
    void aStaleErrorOfASupersededValueIsIgnored() {
        Driver.Seen<String> seen = observePublish();
        driver.until(() -> !deploy.runs.begun.isEmpty());
        image.set("v2");
        driver.step();
        deploy.runs.fail("web=v1", "out of memory");
        finish("v2");
        driver.until(seen::ready);
        assertThat(seen.outcomes).noneMatch(Outcome.Failed.class::isInstance);
    }

    @Test
    void aFailureIsTriedAgainOnlyForAnotherValue() {
        Driver.Seen<String> seen = observePublish();
        deploy.runs.fail("web=v1", "no room");
        driver.until(seen::failed);
        image.set("v2");
        finish("v2");
        driver.until(seen::ready);
        assertThat(deploy.runs.begun).containsExactly("web=v1", "web=v2");
    }

    @Test
    void aLatchedPublisherShowsItsLastOutcomeMeanwhile() {
        deploy.latched = true;
        Driver.Seen<String> seen = observePublish();
        finish("v1");
        driver.until(seen::ready);
        image.set("v2");
        driver.until(() -> deploy.runs.begun.size() == 2);
        assertThat(seen.value()).isEqualTo("serving v1");
        finish("v2");
        driver.until(() -> "serving v2".equals(seen.value()));
    }

    @Test
    void twoDifferentValuesForOneTargetAreAnErrorOfTheSecondTermAndNotTheEndOfTheEngine() {
        Driver.Seen<String> first = observePublish();
        Driver.Seen<String> second = driver.observe(terms.publish(deploy, "web", terms.constant("v9")));
        finish("v1");
        driver.until(first::ready);
        assertThat(first.value()).isEqualTo("serving v1");
        assertThat(second.failure()).contains("two different values").contains("deploy web");
        image.set("v9");
        deploy.runs.succeed("web=v9", "serving v9");
        driver.until(() -> first.ready() && second.ready());
        assertThat(second.value()).isEqualTo("serving v9");
    }

    @Test
    void theSecondTermTakesOverWhenTheFirstGivesTheTargetUp() {
        Variable<Boolean> wanted = terms.variable("wanted", true);
        Term<String> firstTerm =
                wanted.term().bind(yes -> yes ? terms.publish(deploy, "web", image.term()) : terms.constant("nothing"));
        Driver.Seen<String> first = driver.observe(firstTerm);
        driver.step();
        Driver.Seen<String> second = driver.observe(terms.publish(deploy, "web", terms.constant("v9")));
        finish("v1");
        driver.until(first::ready);
        wanted.set(false);
        deploy.runs.succeed("web=v9", "serving v9");
        driver.until(second::ready);
        assertThat(second.value()).isEqualTo("serving v9");
    }
}
