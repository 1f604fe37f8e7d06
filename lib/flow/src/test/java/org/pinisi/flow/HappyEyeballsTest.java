package org.pinisi.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class HappyEyeballsTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final InetAddress SIX_1 = InetAddress.ofLiteral("2001:db8::1");
    private static final InetAddress SIX_2 = InetAddress.ofLiteral("2001:db8::2");
    private static final InetAddress FOUR_1 = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress FOUR_2 = InetAddress.ofLiteral("192.0.2.2");

    private final List<InetAddress> dialled = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger given = new AtomicInteger();

    private Flow hang() throws IOException {
        try {
            boolean _ = never.await(1, TimeUnit.MINUTES);
            throw new IOException("waited a minute");
        } catch (InterruptedException e) {
            given.incrementAndGet();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Test
    void familiesTakeTurnsAndVersionSixBegins() {
        assertThat(HappyEyeballs.interleave(List.of(FOUR_1, FOUR_2, SIX_1, SIX_2)))
                .containsExactly(SIX_1, FOUR_1, SIX_2, FOUR_2);
        assertThat(HappyEyeballs.interleave(List.of(SIX_1, SIX_2, FOUR_1))).containsExactly(SIX_1, FOUR_1, SIX_2);
        assertThat(HappyEyeballs.interleave(List.of(FOUR_1))).containsExactly(FOUR_1);
    }

    @Test
    void aFailedAddressMakesWayForTheNextAtOnce() throws Exception {
        Flow[] pair = Flows.pair();
        HappyEyeballs eyeballs = new HappyEyeballs(
                (target, _) -> {
                    dialled.add(target.getAddress());
                    if (target.getAddress().equals(FOUR_2)) {
                        return pair[0];
                    }
                    throw new ConnectException(target + " refused");
                },
                LONG);
        assertThat(eyeballs.connect("h", List.of(SIX_1, FOUR_1, FOUR_2), 1, LONG))
                .isSameAs(pair[0]);
        assertThat(dialled).containsExactly(SIX_1, FOUR_1, FOUR_2);
    }

    @Test
    void aSilentAddressMakesWayAfterTheDelayAndIsGivenUpWhenAnotherAnswers() throws Exception {
        Flow[] pair = Flows.pair();
        HappyEyeballs eyeballs = new HappyEyeballs(
                (target, _) -> target.getAddress().equals(SIX_1) ? hang() : pair[0], Duration.ofMillis(1));
        assertThat(eyeballs.connect("h", List.of(SIX_1, FOUR_1), 1, LONG)).isSameAs(pair[0]);
        await().until(() -> given.get() == 1);
    }

    @Test
    void aConnectionThatComesTooLateIsClosed() throws Exception {
        Flow[] late = Flows.pair();
        Flow[] pair = Flows.pair();
        CountDownLatch interrupted = new CountDownLatch(1);
        HappyEyeballs eyeballs = new HappyEyeballs(
                (target, _) -> {
                    if (target.getAddress().equals(FOUR_1)) {
                        return pair[0];
                    }
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        interrupted.countDown();
                    }
                    return late[0];
                },
                Duration.ofMillis(1));
        eyeballs.connect("h", List.of(SIX_1, FOUR_1), 1, LONG);
        interrupted.await();
        assertThat(late[1].read(new byte[1], 0, 1)).isEqualTo(-1);
    }

    @Test
    void whenAllFailAllAreNamed() {
        HappyEyeballs eyeballs = new HappyEyeballs(
                (target, _) -> {
                    throw new ConnectException(target.getAddress().getHostAddress() + " refused");
                },
                LONG);
        assertThatThrownBy(() -> eyeballs.connect("example.org", List.of(SIX_1, FOUR_1), 1, LONG))
                .isInstanceOf(ConnectException.class)
                .hasMessageContainingAll("example.org: none of its 2 addresses", "192.0.2.1 refused", "2001:db8")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    }

    @Test
    void silenceEverywhereIsATimeoutAndEveryTryIsGivenUp() {
        HappyEyeballs eyeballs = new HappyEyeballs((_, _) -> hang(), Duration.ofMillis(1));
        assertThatThrownBy(() -> eyeballs.connect("h", List.of(SIX_1, FOUR_1), 1, Duration.ofMillis(50)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessageContaining("no connection within PT0.05S");
        await().until(() -> given.get() == 2);
    }

    @Test
    void interruptionGivesUpEveryTry() throws Exception {
        HappyEyeballs eyeballs = new HappyEyeballs(
                (target, _) -> {
                    dialled.add(target.getAddress());
                    return hang();
                },
                Duration.ofMillis(1));
        CountDownLatch ended = new CountDownLatch(1);
        Thread caller = Thread.ofVirtual().start(() -> {
            try {
                eyeballs.connect("h", List.of(SIX_1, FOUR_1), 1, LONG);
            } catch (InterruptedException e) {
                ended.countDown();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> dialled.size() == 2);
        caller.interrupt();
        ended.await();
        await().until(() -> given.get() == 2);
    }

    @Test
    void manyAddressesAreBounded() {
        List<InetAddress> many = new ArrayList<>();
        for (int i = 1; i < 100; i++) {
            many.add(InetAddress.ofLiteral("192.0.2." + i));
        }
        HappyEyeballs eyeballs = new HappyEyeballs(
                (target, _) -> {
                    dialled.add(target.getAddress());
                    throw new ConnectException("refused");
                },
                LONG);
        assertThatThrownBy(() -> eyeballs.connect("h", many, 1, LONG)).isInstanceOf(ConnectException.class);
        assertThat(dialled).hasSize(HappyEyeballs.MOST_ADDRESSES);
    }

    @Test
    void literalsAreNotLookedUp() throws Exception {
        NameResolver none = host -> {
            throw new IOException("asked for " + host);
        };
        assertThat(HappyEyeballs.resolve(none, "::1", LONG)).containsExactly(InetAddress.ofLiteral("::1"));
        assertThat(HappyEyeballs.resolve(none, "192.0.2.1", LONG)).containsExactly(FOUR_1);
    }

    @Test
    void aNameThatIsNotKnownIsNamed() {
        NameResolver none = _ -> {
            throw new IOException("no");
        };
        assertThatThrownBy(() -> HappyEyeballs.resolve(none, "nowhere.example", LONG))
                .isInstanceOf(ConnectException.class)
                .hasMessage("no address is known for the name nowhere.example");
    }

    @Test
    void aResolverThatTakesTooLongIsLeftBehind() {
        NameResolver slow = _ -> {
            hang();
            return List.of(FOUR_1);
        };
        assertThatThrownBy(() -> HappyEyeballs.resolve(slow, "slow.example", Duration.ofMillis(20)))
                .isInstanceOf(SocketTimeoutException.class);
        never.countDown();
    }

    @Test
    void theContextsAddressesAndResolverAreUsed() throws Exception {
        try (java.nio.channels.ServerSocketChannel server = java.nio.channels.ServerSocketChannel.open()) {
            InetAddress here = InetAddress.getLoopbackAddress();
            server.bind(new InetSocketAddress(here, 0));
            int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
            Context context = Flows.to("nowhere.example", port);
            Flows.standard()
                    .resolve(context.with(Flows.RESOLVER, _ -> List.of(here)))
                    .close();
            Flows.standard()
                    .resolve(context.with(Flows.ADDRESSES, new Addresses(List.of(here))))
                    .close();
        }
    }
}
