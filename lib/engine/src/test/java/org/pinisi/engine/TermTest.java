package org.pinisi.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TermTest {
    @TempDir
    Path folder;

    private Driver driver;
    private Terms terms;

    @BeforeEach
    void open() {
        driver = Driver.inMemory(folder);
        terms = driver.terms;
    }

    @AfterEach
    void close() {
        driver.close();
    }

    private <T> Driver.Seen<T> seen(Term<T> term) {
        Driver.Seen<T> seen = driver.observe(term);
        driver.step();
        return seen;
    }

    @Test
    void aMapChangesTheValue() {
        assertThat(seen(terms.constant(20).map(number -> number + 1)).value()).isEqualTo(21);
    }

    @Test
    void anExceptionInAMapBecomesItsFailure() {
        Term<Integer> broken = terms.constant(1).map(_ -> {
            throw new EngineException("no such thing");
        });
        assertThat(seen(broken).last()).isEqualTo(new Outcome.Failed<>(new Failure("no such thing", broken.id())));
    }

    @Test
    void anUnforeseenExceptionIsNamedInTheFailure() {
        Term<String> broken = terms.constant("x").map(text -> text.substring(5));
        assertThat(seen(broken).failure()).startsWith("StringIndexOutOfBoundsException: ");
    }

    @Test
    void aFailureKeepsItsOriginDownstreamSoThatOthersAreMerelyBlocked() {
        Term<String> origin = terms.fail("broken");
        Term<String> after =
                origin.map(text -> text + "!").both(terms.constant(1)).map(Both::left);
        assertThat(seen(after).last()).isEqualTo(new Outcome.Failed<>(new Failure("broken", origin.id())));
        assertThat(driver.engine.graph().toText()).isEqualTo("failed  1.constant  : broken\n");
    }

    @Test
    void failureBeatsActiveAndActiveBeatsReadyAndLeftWins() {
        Term<Integer> ready = terms.constant(1);
        Term<Integer> active = terms.active(Activity.RUNNING);
        Term<Integer> waiting = terms.active(Activity.WAITING_FOR_CONFIRMATION);
        Term<Integer> failed = terms.fail("first");
        Term<Integer> failedToo = terms.fail("second");
        assertThat(seen(active.both(failed)).failure()).isEqualTo("first");
        assertThat(seen(failedToo.both(failed)).failure()).isEqualTo("second");
        assertThat(seen(ready.both(active)).activity()).contains(Activity.RUNNING);
        assertThat(seen(waiting.both(active)).activity()).contains(Activity.WAITING_FOR_CONFIRMATION);
        assertThat(seen(terms.all(List.of(ready, active, failedToo, failed))).failure())
                .isEqualTo("second");
    }

    @Test
    void stateAlwaysSucceeds() {
        Term<String> failed = terms.fail("broken");
        assertThat(seen(failed.state()).value()).isEqualTo(new Outcome.Failed<>(new Failure("broken", failed.id())));
    }

    @Test
    void recoverTurnsAFailureIntoAValueAndLeavesActiveAlone() {
        assertThat(seen(terms.<String>fail("broken").recover(Failure::message)).value())
                .isEqualTo("broken");
        assertThat(seen(terms.<String>active(Activity.READY).recover(Failure::message))
                        .activity())
                .contains(Activity.READY);
    }

    @Test
    void mapFailureBeginsAFailureOfItsOwn() {
        Term<String> better = terms.<String>fail("E17").mapFailure(failure -> "it broke: " + failure.message());
        assertThat(seen(better).last()).isEqualTo(new Outcome.Failed<>(new Failure("it broke: E17", better.id())));
    }

    @Test
    void allLabelledNamesWhatFailed() {
        Map<String, Term<String>> same = new LinkedHashMap<>();
        same.put("a", terms.fail("down"));
        same.put("b", terms.constant("fine"));
        same.put("c", terms.fail("down"));
        assertThat(seen(terms.allLabelled(same)).failure()).isEqualTo("a, c: down");
        same.put("c", terms.fail("up"));
        assertThat(seen(terms.allLabelled(same)).failure()).isEqualTo("a, c failed");
    }

    @Test
    void aVariableWithoutValueIsActive() {
        Variable<String> variable = terms.pending("head");
        Driver.Seen<String> seen = seen(variable.term());
        assertThat(seen.activity()).contains(Activity.READY);
        variable.set("main");
        driver.step();
        assertThat(seen.value()).isEqualTo("main");
    }

    @Test
    void aBurstOfChangesCostsOnePropagation() {
        Variable<Integer> variable = terms.variable("n", 0);
        List<Integer> computed = new ArrayList<>();
        Driver.Seen<Integer> seen = seen(variable.term().map(number -> {
            computed.add(number);
            return number;
        }));
        for (int number = 1; number <= 100; number++) {
            variable.set(number);
        }
        driver.step();
        assertThat(computed).containsExactly(0, 100);
        assertThat(seen.outcomes).hasSize(2);
    }

    @Test
    void anEqualValueStopsTheChange() {
        Variable<Integer> variable = terms.variable("n", 1);
        List<Boolean> computed = new ArrayList<>();
        seen(variable.term().map(number -> number > 0).map(positive -> {
            computed.add(positive);
            return positive;
        }));
        variable.set(2);
        driver.step();
        assertThat(computed).containsExactly(true);
    }

    @Test
    void aCutoffOfOnesOwnStopsTheChange() {
        Variable<Double> variable = terms.variable("load", 1.0);
        Driver.Seen<Double> seen = seen(variable.term().cutoff((before, next) -> Math.abs(before - next) < 0.5));
        variable.set(1.2);
        driver.step();
        variable.set(2.0);
        driver.step();
        assertThat(seen.outcomes).containsExactly(new Outcome.Ready<>(1.0), new Outcome.Ready<>(2.0));
    }

    @Test
    void aDiamondIsComputedOncePerChangeAndNeverFromAnOldInput() {
        Variable<Integer> variable = terms.variable("n", 1);
        Term<Integer> source = variable.term();
        Term<Integer> late = source.map(number -> number).map(number -> number).map(number -> number);
        Driver.Seen<Boolean> seen = seen(source.combine(late, Integer::equals));
        variable.set(2);
        driver.step();
        assertThat(seen.outcomes).containsExactly(new Outcome.Ready<>(true));
    }

    @Test
    void aBindMakesItsPartAnewForEachValue() {
        Variable<String> variable = terms.variable("which", "a");
        List<String> made = new ArrayList<>();
        Driver.Seen<String> seen = seen(variable.term().bind(which -> {
            made.add(which);
            return terms.constant(which).map(text -> text + "!");
        }));
        variable.set("b");
        driver.step();
        assertThat(seen.value()).isEqualTo("b!");
        assertThat(made).containsExactly("a", "b");
    }

    @Test
    void aBindsOldPartIsDroppedBeforeItSeesNewInputs() {
        Variable<Integer> divisor = terms.variable("divisor", 1);
        List<Integer> inner = new ArrayList<>();
        seen(divisor.term()
                .bind(value -> divisor.term().map(now -> {
                    inner.add(value * 10 + now);
                    return now;
                })));
        divisor.set(2);
        driver.step();
        assertThat(inner).as("never the old part with the new value: 12").containsExactly(11, 22);
    }

    @Test
    void aBindMayChooseATermOfGreaterHeight() {
        Variable<Boolean> deep = terms.variable("deep", false);
        Variable<Integer> number = terms.variable("n", 1);
        Term<Integer> far = number.term();
        for (int depth = 0; depth < 50; depth++) {
            far = far.map(value -> value + 1);
        }
        Term<Integer> chosen = far;
        Driver.Seen<Integer> seen = seen(deep.term()
                .bind(yes -> yes ? chosen : number.term())
                .combine(number.term(), (left, right) -> left - right));
        deep.set(true);
        number.set(7);
        driver.step();
        assertThat(seen.outcomes).containsExactly(new Outcome.Ready<>(0), new Outcome.Ready<>(50));
    }

    @Test
    void aTermThatDependsOnItselfFailsAndNamesItself() {
        List<Term<Integer>> self = new ArrayList<>();
        Term<Integer> loop = terms.constant(1).bind(_ -> self.getFirst().map(value -> value));
        self.add(loop);
        assertThat(seen(loop).failure()).contains("depends on itself").contains(loop.id());
    }

    @Test
    void anExceptionInABindsFunctionBecomesItsFailure() {
        Term<Integer> broken = terms.constant(1).bind(_ -> {
            throw new EngineException("cannot choose");
        });
        assertThat(seen(broken).last()).isEqualTo(new Outcome.Failed<>(new Failure("cannot choose", broken.id())));
    }

    @Test
    void aChainOfAHundredThousandTermsNeedsNoStack() {
        Variable<Integer> variable = terms.variable("n", 0);
        Term<Integer> end = variable.term();
        for (int depth = 0; depth < 100_000; depth++) {
            end = end.map(value -> value + 1);
        }
        Driver.Seen<Integer> seen = seen(end);
        variable.set(5);
        driver.step();
        assertThat(seen.value()).isEqualTo(100_005);
    }

    @Test
    void idsAreTheSameInEachRunOfTheProgram() {
        Term<String> first = terms.constant("x").map(text -> text).label("named");
        try (Driver second = Driver.inMemory(folder)) {
            assertThat(second.terms
                            .constant("x")
                            .map(text -> text)
                            .label("named")
                            .id())
                    .isEqualTo(first.id())
                    .isEqualTo("2.named");
        }
    }

    @Test
    void aTermIsNamedOnlyOnce() {
        Term<Integer> named = terms.constant(1).label("one");
        assertThatThrownBy(() -> named.label("two"))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("already has a name");
    }

    @Test
    void aListenerThatThrowsHarmsNobodyElse() {
        Term<Integer> one = terms.constant(1);
        try (Subscription _ = driver.engine.observe(one, _ -> {
            throw new EngineException("a listener's mistake, logged by the engine");
        })) {
            assertThat(seen(one).value()).isEqualTo(1);
        }
    }

    @Test
    void aLongAllGivesTheSameAsAShortOne() {
        List<Variable<Integer>> variables = new ArrayList<>();
        for (int number = 0; number < 1_000; number++) {
            variables.add(terms.variable("v" + number, number));
        }
        Driver.Seen<List<Integer>> seen =
                seen(terms.all(variables.stream().map(Variable::term).toList()));
        assertThat(seen.value()).hasSize(1_000).startsWith(0, 1, 2).endsWith(998, 999);
        variables.get(700).fail("right");
        variables.get(300).fail("left");
        driver.step();
        assertThat(seen.failure()).isEqualTo("left");
        variables.get(300).set(-1);
        variables.get(700).set(-2);
        driver.step();
        assertThat(seen.value()).contains(-1, -2);
    }
}
