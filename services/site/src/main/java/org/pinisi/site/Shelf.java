package org.pinisi.site;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Keeps the hot pages of all sites within one budget of memory. The same bytes are kept once, whatever
/// pages and showings they are in. What was not used since the last sweep goes first (second chance);
/// while there is no room, a page is taken in only when it is asked for again, so that a visit to every
/// page of a large site evicts nothing.
///
/// Thread-safe.
final class Shelf {
    private static final int DOORKEEPER = 1 << 13;

    private final ReentrantLock lock = new ReentrantLock();
    private final LinkedHashMap<HotEntry, Slot> order = new LinkedHashMap<>();
    private final Map<String, Held> bodies = new HashMap<>();
    /// Hashes of what was refused lately.
    private final int[] refused = new int[DOORKEEPER];
    private final long budget;
    private long weight;

    /// Where a page stands.
    private static final class Slot {
        final HotTable table;
        final byte[] path;
        final long overhead;

        Slot(HotTable table, byte[] path, HotEntry entry) {
            this.table = table;
            this.path = path;
            this.overhead = path.length + entry.overhead();
        }
    }

    /// Bytes that pages share.
    private static final class Held {
        final Body.Memory body;
        int users;

        Held(Body.Memory body) {
            this.body = body;
        }
    }

    Shelf(long budget) {
        this.budget = budget;
    }

    /// The bytes of the representation with this entity tag, if some page holds them.
    Optional<Body.Memory> body(String tag) {
        lock.lock();
        try {
            return Optional.ofNullable(bodies.get(tag)).map(held -> held.body);
        } finally {
            lock.unlock();
        }
    }

    /// Takes a page in, in place of the one at this path, if there is room for it.
    ///
    /// @param sure whether it is known to be wanted
    void put(HotTable table, byte[] path, HotEntry entry, boolean sure) {
        lock.lock();
        try {
            HotEntry earlier = table.get(path, 0, path.length);
            Slot slot = new Slot(table, path, entry);
            long cost = slot.overhead + bytes(entry);
            boolean welcome = sure || earlier != null || weight + cost <= budget || isKnown(path);
            if (cost <= budget / 4 && welcome) {
                // The newer one stands in front of the older one in its chain.
                table.add(path, entry);
                order.put(entry, slot);
                hold(entry);
                weight += slot.overhead;
            }
            if (earlier != null) {
                takeOut(earlier);
            }
            while (weight > budget && !order.isEmpty()) {
                sweepOne();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The paths that this table holds, those kept for longest first.
    List<byte[]> paths(HotTable table) {
        lock.lock();
        try {
            List<byte[]> paths = new ArrayList<>();
            order.values().stream().filter(slot -> slot.table == table).forEach(slot -> paths.add(slot.path));
            return paths;
        } finally {
            lock.unlock();
        }
    }

    /// Takes out everything that this table holds.
    void clear(HotTable table) {
        lock.lock();
        try {
            List<HotEntry> found = new ArrayList<>();
            order.forEach((entry, slot) -> {
                if (slot.table == table) {
                    found.add(entry);
                }
            });
            found.forEach(this::takeOut);
        } finally {
            lock.unlock();
        }
    }

    /// The bytes in use, for tests and metrics.
    long weight() {
        lock.lock();
        try {
            return weight;
        } finally {
            lock.unlock();
        }
    }

    private void sweepOne() {
        HotEntry oldest = order.firstEntry().getKey();
        if (oldest.used) {
            oldest.used = false;
            Slot slot = order.remove(oldest);
            order.put(oldest, slot);
        } else {
            takeOut(oldest);
        }
    }

    private void takeOut(HotEntry entry) {
        Slot slot = order.remove(entry);
        if (slot != null) {
            slot.table.remove(slot.path, entry);
            release(entry);
            weight -= slot.overhead;
        }
    }

    private static long bytes(HotEntry entry) {
        return entry.offers.stream()
                .filter(offer -> offer.body instanceof Body.Memory)
                .mapToLong(Offer::size)
                .sum();
    }

    private void hold(HotEntry entry) {
        for (Offer offer : entry.offers) {
            if (offer.body instanceof Body.Memory memory) {
                Held held = bodies.computeIfAbsent(offer.tag, _ -> new Held(memory));
                if (held.users++ == 0) {
                    weight += memory.size();
                }
            }
        }
    }

    private void release(HotEntry entry) {
        for (Offer offer : entry.offers) {
            if (offer.body instanceof Body.Memory memory) {
                Held held = bodies.get(offer.tag);
                if (held != null && --held.users == 0) {
                    bodies.remove(offer.tag);
                    weight -= memory.size();
                }
            }
        }
    }

    private boolean isKnown(byte[] path) {
        int hash = Arrays.hashCode(path);
        int place = (hash ^ hash >>> 16) & DOORKEEPER - 1;
        boolean known = refused[place] == hash;
        refused[place] = hash;
        return known;
    }
}
