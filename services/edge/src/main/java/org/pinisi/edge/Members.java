package org.pinisi.edge;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The upstreams of one route with what the route knows of each. Thread-safe; which members there are
/// never changes.
final class Members {
    private static final Logger log = LoggerFactory.getLogger(Members.class);
    private static final Members NONE = new Members(List.of(), EjectionRule.defaults());

    private final Member[] members;
    private final int mostEjected;

    Members(List<Member> members, EjectionRule rule) {
        this.members = members.toArray(Member[]::new);
        this.mostEjected = members.size() * rule.share() / 100;
    }

    static Members none() {
        return NONE;
    }

    int count() {
        return members.length;
    }

    Member get(int index) {
        return members[index];
    }

    List<Member> all() {
        return new ArrayList<>(List.of(members));
    }

    /// A request of that member has ended.
    void ended(String route, Member member, Outcome outcome, long now) {
        if (member.ended(outcome, now)) {
            eject(route, member, now);
        }
    }

    private synchronized void eject(String route, Member member, long now) {
        int ejected = 0;
        for (Member other : members) {
            if (!other.isWell(now) && other.isEjected()) {
                ejected++;
            }
        }
        if (!member.isEjected() && ejected < mostEjected) {
            member.eject(now);
            log.warn(
                    "event=upstream-ejected route={} upstream={} advice=\"it fails again and again; look at its log\"",
                    route,
                    member.state().id());
        }
    }
}
