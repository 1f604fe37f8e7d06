package org.pinisi.edge;

import org.jspecify.annotations.Nullable;

/// Whose turn it is among the members of a route, and how many retries are left, on one event loop. Only
/// for that loop's thread, so loops do not wait for one another; each begins at another member.
final class Turns {
    /// No member is left to be tried.
    static final int NONE = -1;
    /// Members are well, but none may be asked more at once.
    static final int FULL = -2;
    /// The breakers of all that are left are open.
    static final int OPEN = -3;

    private static final int MANY = 8;
    private static final int RESERVE = 100;
    private static final int HUNDREDTHS = 100;
    private static final long RESERVE_EVERY = 100_000_000L;

    private final Members members;
    private final boolean least;
    private final int[] current;
    private final int budget;
    private int saved = RESERVE * HUNDREDTHS;
    private long savedAt;
    private int turn;
    private long random;
    private boolean sawFull;
    private boolean sawOpen;

    Turns(Members members, Balancing.Policy policy, int budget, int loop, long now) {
        this.members = members;
        this.least = policy == Balancing.Policy.LEAST_CONNECTIONS;
        this.budget = budget;
        this.current = new int[members.count()];
        this.turn = loop;
        this.random = 0x9E3779B97F4A7C15L * (loop + 1);
        this.savedAt = now;
        if (current.length > 0) {
            current[loop % current.length] = 1;
        }
    }

    /// The index of the member to ask, or [#NONE], [#FULL] or [#OPEN].
    ///
    /// Those that are well come first, of them those that are no backups; when nobody is well, everybody
    /// is tried.
    ///
    /// @param tried those asked before for the same request, or null for none
    /// @param preferred the member that a cookie names, or -1
    int next(long now, long @Nullable [] tried, int preferred) {
        if (members.count() == 1) {
            return isTried(tried, 0) ? NONE : standing(members.get(0), now, 0);
        }
        if (preferred >= 0
                && isEligible(
                        preferred, now, tried, true, members.get(preferred).isBackup())) {
            return preferred;
        }
        sawFull = false;
        sawOpen = false;
        for (int pass = 0; pass < 4; pass++) {
            boolean well = pass < 2;
            boolean backup = (pass & 1) == 1;
            int found = least ? leastBusy(now, tried, well, backup) : inTurn(now, tried, well, backup);
            if (found >= 0) {
                return found;
            }
            if (pass == 1 && (sawFull || sawOpen)) {
                break;
            }
        }
        return sawFull ? FULL : sawOpen ? OPEN : NONE;
    }

    private static int standing(Member member, long now, int index) {
        return !member.isPassable(now) ? OPEN : member.hasRoom() ? index : FULL;
    }

    private boolean isEligible(int index, long now, long @Nullable [] tried, boolean well, boolean backup) {
        Member member = members.get(index);
        if (member.isBackup() != backup || isTried(tried, index) || (well && !member.isWell(now))) {
            return false;
        }
        int standing = standing(member, now, index);
        sawFull |= standing == FULL;
        sawOpen |= standing == OPEN;
        return standing >= 0;
    }

    /// Smooth weighted round robin, as nginx does it: each gains its weight, the richest is taken and pays
    /// for all.
    private int inTurn(long now, long @Nullable [] tried, boolean well, boolean backup) {
        int best = NONE;
        int total = 0;
        for (int i = 0; i < current.length; i++) {
            if (isEligible(i, now, tried, well, backup)) {
                int weight = members.get(i).weight(now);
                total += weight;
                current[i] += weight;
                if (best < 0 || current[i] > current[best]) {
                    best = i;
                }
            }
        }
        if (best >= 0) {
            current[best] -= total;
        }
        return best;
    }

    private int leastBusy(long now, long @Nullable [] tried, boolean well, boolean backup) {
        int count = current.length;
        if (count > MANY) {
            // Of two drawn by lot the less busy one: nearly as even as asking all, and loops do not all run after one.
            int one = draw(count);
            int other = draw(count);
            if (isEligible(one, now, tried, well, backup) && isEligible(other, now, tried, well, backup)) {
                return isBusier(one, other, now) ? other : one;
            }
        }
        int best = NONE;
        int first = turn++;
        for (int i = 0; i < count; i++) {
            int index = Math.floorMod(first + i, count);
            if (isEligible(index, now, tried, well, backup) && (best < 0 || isBusier(best, index, now))) {
                best = index;
            }
        }
        return best;
    }

    private boolean isBusier(int one, int other, long now) {
        Member first = members.get(one);
        Member second = members.get(other);
        return (first.busy() + 1L) * second.weight(now) > (second.busy() + 1L) * first.weight(now);
    }

    private int draw(int count) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) ((random >>> 33) % count);
    }

    static boolean isTried(long @Nullable [] tried, int index) {
        return tried != null && (tried[index >> 6] & 1L << index) != 0;
    }

    // ---- retries

    /// A request comes: the route may retry a little more.
    void requested() {
        if (saved < RESERVE * HUNDREDTHS) {
            saved += budget;
        }
    }

    /// Takes one retry out of the budget.
    ///
    /// @return false if there is none left
    boolean retry(long now) {
        if (budget > 0 && now - savedAt >= RESERVE_EVERY) {
            long more = (now - savedAt) / RESERVE_EVERY * HUNDREDTHS;
            saved = (int) Math.min(RESERVE * HUNDREDTHS, saved + more);
            savedAt = now;
        }
        if (budget == 0 || saved < HUNDREDTHS) {
            return false;
        }
        saved -= HUNDREDTHS;
        return true;
    }
}
