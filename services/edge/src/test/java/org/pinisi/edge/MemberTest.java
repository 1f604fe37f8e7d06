package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pinisi.http.Address;

/// What a route knows of its upstreams.
final class MemberTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long NOW = 1000 * SECOND;

    private static Member member(String id, RouteRules rules) {
        UpstreamState state = new UpstreamState(
                new Upstream(id, new Address.Inet("127.0.0.1", 1)),
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1)),
                1,
                1);
        return new Member("app", state, Balancing.defaults(), rules, NOW);
    }

    private static Members members(int count, RouteRules rules) {
        List<Member> made =
                IntStream.range(0, count).mapToObj(i -> member("u-" + i, rules)).toList();
        return new Members(made, rules.ejection());
    }

    private static void end(Members members, int index, Outcome outcome, int times, long now) {
        for (int i = 0; i < times; i++) {
            members.get(index).begin(now);
            members.ended("app", members.get(index), outcome, now);
        }
    }

    @Test
    void failuresInARowEjectForAWhile() {
        Members members = members(2, RouteRules.none());
        end(members, 0, Outcome.BAD, 4, NOW);
        assertThat(members.get(0).isWell(NOW)).isTrue();
        end(members, 0, Outcome.BAD, 1, NOW);
        assertThat(members.get(0).isWell(NOW)).isFalse();
        assertThat(members.get(0).isWell(NOW + 9 * SECOND)).isFalse();
        assertThat(members.get(0).isWell(NOW + 10 * SECOND)).isTrue();
    }

    @Test
    void aGoodAnswerStartsTheCountAgain() {
        Members members = members(2, RouteRules.none());
        end(members, 0, Outcome.BAD, 4, NOW);
        end(members, 0, Outcome.GOOD, 1, NOW);
        end(members, 0, Outcome.BAD, 4, NOW);
        assertThat(members.get(0).isWell(NOW)).isTrue();
    }

    @Test
    void aClientThatGoesAwaySaysNothing() {
        Members members = members(2, RouteRules.none());
        end(members, 0, Outcome.UNKNOWN, 20, NOW);
        assertThat(members.get(0).isWell(NOW)).isTrue();
    }

    @Test
    void eachEjectionIsTwiceAsLongUpToTheLongest() {
        EjectionRule rule = new EjectionRule(1, false, Duration.ofSeconds(10), Duration.ofSeconds(30), 50);
        Members members = members(2, RouteRules.none().withEjection(rule));
        long now = NOW;
        for (int seconds : new int[] {10, 20, 30, 30}) {
            end(members, 0, Outcome.BAD, 1, now);
            assertThat(members.get(0).isWell(now + seconds * SECOND - 1)).isFalse();
            now += seconds * SECOND;
            assertThat(members.get(0).isWell(now)).isTrue();
        }
        now += 31 * SECOND;
        end(members, 0, Outcome.BAD, 1, now);
        assertThat(members.get(0).isWell(now + 10 * SECOND)).isTrue();
    }

    @Test
    void neverMoreThanTheShareIsEjected() {
        EjectionRule rule = new EjectionRule(1, false, Duration.ofSeconds(10), Duration.ofMinutes(1), 50);
        Members members = members(5, RouteRules.none().withEjection(rule));
        for (int i = 0; i < 5; i++) {
            end(members, i, Outcome.BAD, 3, NOW);
        }
        assertThat(members.all().stream().filter(Member::isEjected)).hasSize(2);
    }

    @Test
    void aLoneUpstreamIsNeverEjected() {
        Members members = members(1, RouteRules.none());
        end(members, 0, Outcome.BAD, 100, NOW);
        assertThat(members.get(0).isWell(NOW)).isTrue();
    }

    private static RouteRules breaking() {
        return RouteRules.none().withBreaker(BreakerRule.defaults().withErrors(50, Duration.ofSeconds(5)));
    }

    @Test
    void tooManyErrorsOpenTheBreakerAndOneGoodAnswerClosesIt() {
        Members members = members(1, breaking());
        Member member = members.get(0);
        end(members, 0, Outcome.GOOD, 5, NOW);
        end(members, 0, Outcome.BAD, 4, NOW);
        assertThat(member.isPassable(NOW)).isTrue();
        end(members, 0, Outcome.BAD, 1, NOW);
        assertThat(member.isPassable(NOW)).isFalse();
        assertThat(member.isPassable(NOW + 4 * SECOND)).isFalse();
        long later = NOW + 5 * SECOND;
        assertThat(member.isPassable(later)).isTrue();
        member.begin(later);
        assertThat(member.isPassable(later)).as("only one tries at a time").isFalse();
        members.ended("app", member, Outcome.GOOD, later);
        assertThat(member.isPassable(later)).isTrue();
        assertThat(member.isBroken()).isFalse();
    }

    @Test
    void aBadTryOpensTheBreakerAgain() {
        Members members = members(1, breaking());
        end(members, 0, Outcome.BAD, 10, NOW);
        long later = NOW + 5 * SECOND;
        end(members, 0, Outcome.BAD, 1, later);
        assertThat(members.get(0).isPassable(later + 4 * SECOND)).isFalse();
        assertThat(members.get(0).isPassable(later + 5 * SECOND)).isTrue();
    }

    @Test
    void aTryThatIsGivenUpLeavesTheNextToTry() {
        Members members = members(1, breaking());
        end(members, 0, Outcome.BAD, 10, NOW);
        long later = NOW + 5 * SECOND;
        end(members, 0, Outcome.UNKNOWN, 1, later);
        assertThat(members.get(0).isPassable(later)).isTrue();
    }

    @Test
    void errorsOfLongAgoDoNotCount() {
        Members members = members(1, breaking());
        end(members, 0, Outcome.BAD, 9, NOW);
        end(members, 0, Outcome.BAD, 1, NOW + 11 * SECOND);
        assertThat(members.get(0).isPassable(NOW + 11 * SECOND)).isTrue();
    }
}
