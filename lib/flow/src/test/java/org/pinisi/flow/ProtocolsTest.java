package org.pinisi.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

final class ProtocolsTest {
    private static final Key<String> NAME = Key.of("name", String.class);
    private static final Key<Integer> DOOR = Key.of("door", Integer.class);

    private final List<String> tried = new ArrayList<>();
    private final Flow[] pair = Flows.pair();

    private Protocol failing(String name, int priority, Key<?>... needs) {
        return new Protocol(name, priority, Set.of(needs), _ -> {
            tried.add(name);
            throw new IOException(name + " is broken");
        });
    }

    private Protocol working(String name, int priority, Key<?>... needs) {
        return new Protocol(name, priority, Set.of(needs), _ -> {
            tried.add(name);
            return pair[0];
        });
    }

    @Test
    void lowerPrioritiesComeFirstAndEqualOnesInTheOrderTheyWereGiven() throws Exception {
        Protocols protocols = Protocols.of(failing("c", 2), failing("a", 1), failing("d", 2))
                .and(failing("b", 1))
                .and(working("e", 3))
                .and(working("never", 4));
        assertThat(protocols.resolve(Context.empty())).isSameAs(pair[0]);
        assertThat(tried).containsExactly("a", "b", "c", "d", "e");
    }

    @RepeatedTest(30)
    void anyWaysAreTriedInAStableOrderOfPriority(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        List<Protocol> given = new ArrayList<>();
        for (int i = 0; i < random.nextInt(30); i++) {
            int priority = random.nextInt(5);
            given.add(failing(priority + "-" + (char) ('A' + i), priority));
        }
        Protocols protocols = Protocols.of();
        for (Protocol protocol : given) {
            protocols = protocols.and(protocol);
        }
        Protocols all = protocols;
        assertThatThrownBy(() -> all.resolve(Context.empty())).isInstanceOf(FlowException.class);
        assertThat(tried)
                .containsExactlyElementsOf(
                        given.stream().map(Protocol::name).sorted().toList());
    }

    @Test
    void aWayWhoseNeedsAreNotKnownIsNotTried() throws Exception {
        Protocols protocols = Protocols.of(failing("a", 1, DOOR), working("b", 2, NAME));
        protocols.resolve(Context.empty().with(NAME, "n"));
        assertThat(tried).containsExactly("b");
    }

    @Test
    void needsMayBeDerived() throws Exception {
        Context context = Context.empty()
                .with(NAME, "n")
                .derive(
                        DOOR,
                        List.of(NAME),
                        known -> Optional.of(known.require(NAME).length()));
        Protocols.of(working("a", 1, DOOR)).resolve(context);
        assertThat(tried).containsExactly("a");
    }

    @Test
    void everyFailedTryIsReportedWithItsCause() {
        Protocols protocols = Protocols.of(failing("a", 1), failing("b", 2));
        FlowException failure = catchThrowableOfType(FlowException.class, () -> protocols.resolve(Context.empty()));
        assertThat(failure).hasMessage("a: a is broken; b: b is broken");
        assertThat(failure.tries()).extracting(FailedTry::protocol).containsExactly("a", "b");
        assertThat(failure.getSuppressed())
                .extracting(Throwable::getMessage)
                .containsExactly("a is broken", "b is broken");
        assertThat(failure.isTimeout()).isFalse();
    }

    @Test
    void theOnlyFailureIsTheCause() {
        assertThatThrownBy(() -> Protocols.of(failing("a", 1)).resolve(Context.empty()))
                .cause()
                .hasMessage("a is broken");
    }

    @Test
    void whenNothingCanBeTriedWhatIsMissingIsNamed() {
        assertThatThrownBy(() -> Protocols.of(working("a", 1, NAME, DOOR), working("b", 2, DOOR))
                        .resolve(Context.empty().with(NAME, "n")))
                .isInstanceOf(FlowException.class)
                .hasMessage("there is no way to connect: a needs door, b needs door");
    }

    @Test
    void onlyTimeoutsTogetherAreATimeout() {
        Protocol slow = new Protocol("slow", 1, Set.of(), _ -> {
            throw new SocketTimeoutException("too slow");
        });
        assertThat(catchThrowableOfType(
                                FlowException.class, () -> Protocols.of(slow).resolve(Context.empty()))
                        .isTimeout())
                .isTrue();
        assertThat(catchThrowableOfType(
                                FlowException.class,
                                () -> Protocols.of(slow).and(failing("b", 2)).resolve(Context.empty()))
                        .isTimeout())
                .isFalse();
    }

    @Test
    void interruptionEndsItAndNothingElseIsTried() {
        Protocol interrupted = new Protocol("a", 1, Set.of(), _ -> {
            throw new InterruptedIOException("interrupted");
        });
        assertThatThrownBy(() -> Protocols.of(interrupted).and(working("b", 2)).resolve(Context.empty()))
                .isInstanceOf(InterruptedException.class);
        assertThat(tried).isEmpty();
    }

    @Test
    void aCircleAmongTheNeedsIsNotTakenForAFailedTry() {
        Context context = Context.empty().derive(DOOR, List.of(DOOR), known -> known.get(DOOR));
        assertThatThrownBy(() ->
                        Protocols.of(failing("a", 1, DOOR), working("b", 2)).resolve(context))
                .isInstanceOf(FlowException.class)
                .hasMessageContaining("door needs door");
    }

    @Test
    void whereTlsIsAskedForNothingIsConnectedWithoutIt() throws Exception {
        try (MemoryListener listener = new MemoryListener()) {
            Context context = Context.empty().with(Flows.MEMORY, listener).with(Flows.TLS, TlsClient.create());
            assertThatThrownBy(() -> Flows.standard().resolve(context))
                    .isInstanceOf(FlowException.class)
                    .hasMessageContaining("TLS over memory needs the server's name");
            Flow accepted = listener.accept(Flows.DEFAULT_PATIENCE).orElseThrow();
            assertThat(accepted.read(new byte[1], 0, 1)).isEqualTo(-1);
        }
    }
}
