package org.pinisi.git;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/// Keeps what was asked for last, up to a weight in all. What weighs more than an eighth of that is not kept, so that
/// one large thing does not drive out all others. Safe for any number of threads.
final class BoundedCache<K, V> {
    private static final int LARGEST_SHARE = 8;

    private final Map<K, V> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final ToIntFunction<V> weigher;
    private final long most;
    private long weight;

    BoundedCache(long most, ToIntFunction<V> weigher) {
        this.most = most;
        this.weigher = weigher;
    }

    synchronized Optional<V> find(K key) {
        return Optional.ofNullable(kept.get(key));
    }

    synchronized void put(K key, V value) {
        int added = weigher.applyAsInt(value);
        if (added > most / LARGEST_SHARE || kept.putIfAbsent(key, value) != null) {
            return;
        }
        weight += added;
        Iterator<V> oldest = kept.values().iterator();
        while (weight > most && oldest.hasNext()) {
            weight -= weigher.applyAsInt(oldest.next());
            oldest.remove();
        }
    }

    synchronized long weight() {
        return weight;
    }
}
