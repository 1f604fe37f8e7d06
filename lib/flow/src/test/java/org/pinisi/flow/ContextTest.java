package org.pinisi.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class ContextTest {
    private static final Key<String> NAME = Key.of("name", String.class);
    private static final Key<Integer> LENGTH = Key.of("length", Integer.class);
    private static final Key<Integer> DOUBLE = Key.of("double", Integer.class);

    private static Context withLength(Context context) {
        return context.derive(
                LENGTH, List.of(NAME), known -> Optional.of(known.require(NAME).length()));
    }

    private static Context withDouble(Context context) {
        return context.derive(DOUBLE, List.of(LENGTH), known -> Optional.of(2 * known.require(LENGTH)));
    }

    @Test
    void theNewestValueWins() {
        Context context = Context.empty().with(NAME, "old").with(NAME, "new");
        assertThat(context.get(NAME)).contains("new");
    }

    @Test
    void keysOfOneNameAreDifferentKeys() {
        Context context = Context.empty().with(Key.of("name", String.class), "other");
        assertThat(context.get(NAME)).isEmpty();
    }

    @Test
    void aChangedContextLeavesTheOldOneAsItWas() {
        Context before = Context.empty().with(NAME, "a");
        Context after = before.with(NAME, "b").without(NAME);
        assertThat(before.get(NAME)).contains("a");
        assertThat(after.get(NAME)).isEmpty();
    }

    @Test
    void valuesAreComputedThroughAChainWhateverTheOrderTheyWereGivenIn() {
        Context context = withLength(withDouble(Context.empty())).with(NAME, "four");
        assertThat(context.get(DOUBLE)).contains(8);
    }

    @Test
    void aValueWinsOverADerivation() {
        Context context = withLength(Context.empty().with(LENGTH, 7)).with(NAME, "four");
        assertThat(context.get(LENGTH)).contains(7);
    }

    @Test
    void theNewestDerivationThatGivesAnythingWins() {
        Context context = withLength(Context.empty().with(NAME, "four"))
                .derive(LENGTH, List.of(), _ -> Optional.of(1))
                .derive(LENGTH, List.of(), _ -> Optional.empty())
                .derive(LENGTH, List.of(DOUBLE), known -> known.get(DOUBLE));
        assertThat(context.get(LENGTH)).contains(1);
    }

    @Test
    void aDefaultIsTheLastResort() {
        Context context = withLength(Context.empty().withDefault(LENGTH, 3));
        assertThat(context.get(LENGTH)).contains(3);
        assertThat(context.with(NAME, "four").get(LENGTH)).contains(4);
        assertThat(context.withDefault(LENGTH, 5).get(LENGTH)).contains(5);
    }

    @Test
    void withOnlyDropsEverythingElseThatWasSaidAboutTheKey() {
        Context context = withLength(Context.empty().with(LENGTH, 1).withDefault(LENGTH, 2))
                .with(NAME, "four")
                .withOnly(LENGTH, 9);
        assertThat(context.about(LENGTH)).hasSize(1);
        assertThat(context.get(LENGTH)).contains(9);
    }

    @Test
    void inAMergeTheOtherIsTheNewer() {
        Context merged = Context.empty()
                .with(NAME, "a")
                .with(LENGTH, 1)
                .merge(Context.empty().with(NAME, "b"));
        assertThat(merged.get(NAME)).contains("b");
        assertThat(merged.get(LENGTH)).contains(1);
    }

    @Test
    void aCircleIsAnErrorThatNamesIt() {
        Context context = withDouble(Context.empty())
                .derive(LENGTH, List.of(DOUBLE), known -> Optional.of(known.require(DOUBLE) / 2));
        assertThatThrownBy(() -> context.get(DOUBLE))
                .isInstanceOf(FlowException.class)
                .hasMessageContaining("double needs length needs double");
    }

    @Test
    void aCircleIsCutByAValue() {
        Context context = withDouble(Context.empty())
                .derive(LENGTH, List.of(DOUBLE), known -> Optional.of(known.require(DOUBLE) / 2));
        assertThat(context.with(DOUBLE, 6).get(LENGTH)).contains(3);
        assertThat(context.with(LENGTH, 3).get(DOUBLE)).contains(6);
    }

    @Test
    void aDerivationRunsOnceHoweverManyNeedIt() {
        AtomicInteger runs = new AtomicInteger();
        Context context =
                withDouble(Context.empty()).derive(LENGTH, List.of(), _ -> Optional.of(runs.incrementAndGet()));
        Lookup lookup = new Lookup(context);
        assertThat(lookup.get(DOUBLE)).contains(2);
        assertThat(lookup.get(LENGTH)).contains(1);
        assertThat(runs).hasValue(1);
    }

    @Test
    void itsTextHoldsNoValues() {
        assertThat(Context.empty().with(NAME, "secret")).hasToString("[name]");
    }

    /// For any acyclic network of sums and any order of saying it, each key has the sum that plain
    /// arithmetic gives.
    @RepeatedTest(50)
    void anyNetworkWithoutCirclesIsComputedInAnyOrder(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        int size = 2 + random.nextInt(20);
        List<Key<Integer>> keys = new ArrayList<>();
        List<Integer> expected = new ArrayList<>();
        List<UnaryOperator<Context>> statements = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            Key<Integer> key = Key.of("k" + i, Integer.class);
            if (i == 0 || random.nextInt(3) == 0) {
                int value = random.nextInt(100);
                expected.add(value);
                statements.add(context -> context.with(key, value));
            } else {
                int first = random.nextInt(i);
                int second = random.nextInt(i);
                Key<Integer> left = keys.get(first);
                Key<Integer> right = keys.get(second);
                expected.add(expected.get(first) + expected.get(second));
                statements.add(context -> context.derive(
                        key, List.of(left, right), known -> Optional.of(known.require(left) + known.require(right))));
            }
            keys.add(key);
        }
        Collections.shuffle(statements, random);
        Context context = Context.empty();
        for (UnaryOperator<Context> statement : statements) {
            context = statement.apply(context);
        }
        for (int i = 0; i < size; i++) {
            assertThat(context.get(keys.get(i)))
                    .as("seed %s, key %s", info.getCurrentRepetition(), i)
                    .contains(expected.get(i));
        }
    }
}
