package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.pinisi.http.Address;

/// Whose turn it is.
final class TurnsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1000 * SECOND;

    private final List<Member> members = new ArrayList<>();
    private RouteRules rules = RouteRules.none();
    private Balancing balancing = Balancing.defaults();

    private void add(int weight, UnaryOperator<Upstream> more) {
        String id = "u-" + members.size();
        Upstream upstream = more.apply(new Upstream(id, new Address.Inet("127.0.0.1", 1)).withWeight(weight));
        UpstreamState state =
                new UpstreamState(upstream, List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)), 1, 1);
        members.add(new Member("app", state, balancing, rules, NOW));
    }

    private void add(int... weights) {
        for (int weight : weights) {
            add(weight, upstream -> upstream);
        }
    }

    private Turns turns(int loop) {
        return new Turns(
                new Members(members, rules.ejection()),
                balancing.policy(),
                rules.retries().budget(),
                loop,
                NOW);
    }

    private static String taken(Turns turns, int count) {
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < count; i++) {
            order.append(turns.next(NOW, null, -1));
        }
        return order.toString();
    }

    @Test
    void equalsTakeTurns() {
        add(1, 1, 1);
        assertThat(taken(turns(0), 6)).isEqualTo("012012");
    }

    @Test
    void eachLoopBeginsElsewhere() {
        add(1, 1, 1);
        assertThat(taken(turns(1), 3)).startsWith("1");
        assertThat(taken(turns(2), 3)).startsWith("2");
    }

    @Test
    void weightsAreSpreadSmoothly() {
        add(5, 1, 1);
        String order = taken(turns(0), 14);
        assertThat(order.chars().filter(c -> c == '0').count()).isEqualTo(10);
        assertThat(order).doesNotContain("0000000").contains("1").contains("2");
    }

    @Test
    void theLeastBusyForItsWeightIsTaken() {
        balancing = balancing.withPolicy(Balancing.Policy.LEAST_CONNECTIONS);
        add(1, 3);
        members.get(0).begin(NOW);
        members.get(1).begin(NOW);
        assertThat(turns(0).next(NOW, null, -1)).isEqualTo(1);
        for (int i = 0; i < 8; i++) {
            members.get(1).begin(NOW);
        }
        assertThat(turns(0).next(NOW, null, -1)).isEqualTo(0);
    }

    @Test
    void ofManyTheLessBusyOfTwoIsTaken() {
        balancing = balancing.withPolicy(Balancing.Policy.LEAST_CONNECTIONS);
        add(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        for (int i = 0; i < 100; i++) {
            members.get(3).begin(NOW);
        }
        Turns turns = turns(0);
        int[] taken = new int[10];
        for (int i = 0; i < 1000; i++) {
            taken[turns.next(NOW, null, -1)]++;
        }
        // It is taken only when it was drawn twice.
        assertThat(taken[3]).isLessThan(40);
        assertThat(taken[0]).isBetween(60, 180);
    }

    @Test
    void backupsAreForWhenNobodyElseIsLeft() {
        add(1, upstream -> upstream);
        add(1, upstream -> upstream.withBackup(true));
        Turns turns = turns(0);
        assertThat(taken(turns, 3)).isEqualTo("000");
        members.get(0).healthy(false, NOW);
        assertThat(taken(turns, 3)).isEqualTo("111");
        members.get(0).healthy(true, NOW);
        assertThat(turns.next(NOW, new long[] {1}, -1)).isEqualTo(1);
    }

    @Test
    void whoIsUnwellIsLeftOutUntilNobodyIsWell() {
        add(1, 1);
        Turns turns = turns(0);
        members.get(0).healthy(false, NOW);
        assertThat(taken(turns, 3)).isEqualTo("111");
        members.get(1).healthy(false, NOW);
        assertThat(taken(turns, 4)).contains("0").contains("1");
    }

    @Test
    void whoWasTriedIsNotTriedAgain() {
        add(1, 1);
        Turns turns = turns(0);
        assertThat(turns.next(NOW, new long[] {1}, -1)).isEqualTo(1);
        assertThat(turns.next(NOW, new long[] {3}, -1)).isEqualTo(Turns.NONE);
    }

    @Test
    void aCookieIsFollowedWhileItsUpstreamIsWell() {
        add(1, 1, 1);
        Turns turns = turns(0);
        assertThat(turns.next(NOW, null, 2)).isEqualTo(2);
        assertThat(turns.next(NOW, null, 2)).isEqualTo(2);
        members.get(2).healthy(false, NOW);
        assertThat(turns.next(NOW, null, 2)).isNotEqualTo(2);
    }

    @Test
    void slowStartGivesLessAtFirst() {
        balancing = balancing.withSlowStart(Duration.ofSeconds(100));
        add(1, 1);
        Turns turns = turns(0);
        members.get(1).healthy(false, NOW);
        long later = NOW + 200 * SECOND;
        members.get(1).healthy(true, later);
        assertThat(share(turns, later + 10 * SECOND)).isBetween(50, 150);
        assertThat(share(turns, later + 50 * SECOND)).isBetween(250, 400);
        assertThat(share(turns, later + 100 * SECOND)).isEqualTo(500);
    }

    private static int share(Turns turns, long now) {
        int second = 0;
        for (int i = 0; i < 1000; i++) {
            second += turns.next(now, null, -1) == 1 ? 1 : 0;
        }
        return second;
    }

    @Test
    void whoIsFullIsNotAsked() {
        rules = rules.withBreaker(BreakerRule.defaults().withRequests(1));
        add(1, 1);
        Turns turns = turns(0);
        members.get(0).begin(NOW);
        assertThat(turns.next(NOW, null, -1)).isEqualTo(1);
        members.get(1).begin(NOW);
        assertThat(turns.next(NOW, null, -1)).isEqualTo(Turns.FULL);
        members.get(0).ended(Outcome.GOOD, NOW);
        assertThat(turns.next(NOW, null, -1)).isEqualTo(0);
    }

    @Test
    void theBudgetForRetriesGrowsWithRequests() {
        add(1);
        Turns turns = turns(0);
        for (int i = 0; i < 100; i++) {
            assertThat(turns.retry(NOW)).isTrue();
        }
        assertThat(turns.retry(NOW)).isFalse();
        for (int i = 0; i < 5; i++) {
            turns.requested();
        }
        assertThat(turns.retry(NOW)).isTrue();
        assertThat(turns.retry(NOW)).isFalse();
        assertThat(turns.retry(NOW + SECOND)).isTrue();
    }
}
