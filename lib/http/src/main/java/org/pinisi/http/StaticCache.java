package org.pinisi.http;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Entries by the bytes of their decoded path, within a budget. Looking up takes no lock and makes no object;
/// what was not used since the last sweep is dropped first (second chance).
final class StaticCache {
    private static final int BUCKETS = 1 << 14;

    private final AtomicReferenceArray<@Nullable Node> buckets = new AtomicReferenceArray<>(BUCKETS);
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Node> order = new ArrayDeque<>();
    private final long budget;
    private long weight;

    private static final class Node {
        final byte[] path;
        final int hash;
        final StaticEntry entry;
        final @Nullable Node next;

        Node(byte[] path, int hash, StaticEntry entry, @Nullable Node next) {
            this.path = path;
            this.hash = hash;
            this.entry = entry;
            this.next = next;
        }
    }

    StaticCache(long budget) {
        this.budget = budget;
    }

    /// The entry for the path in these bytes, or null.
    @Nullable
    StaticEntry get(byte[] bytes, int start, int end) {
        int hash = hash(bytes, start, end);
        for (Node node = buckets.get(hash & (BUCKETS - 1)); node != null; node = node.next) {
            if (node.hash == hash && Arrays.equals(node.path, 0, node.path.length, bytes, start, end)) {
                StaticEntry entry = node.entry;
                if (!entry.used) {
                    entry.used = true;
                }
                return entry;
            }
        }
        return null;
    }

    /// Keeps the entry if it fits the budget at all.
    void put(byte[] path, StaticEntry entry) {
        if (entry.weight() + path.length > budget / 4) {
            return;
        }
        lock.lock();
        try {
            if (get(path, 0, path.length) != null) {
                return;
            }
            while (weight + entry.weight() + path.length > budget && !order.isEmpty()) {
                evictOne();
            }
            int hash = hash(path, 0, path.length);
            int bucket = hash & (BUCKETS - 1);
            Node node = new Node(path, hash, entry, buckets.get(bucket));
            buckets.set(bucket, node);
            order.add(node);
            weight += entry.weight() + path.length;
        } finally {
            lock.unlock();
        }
    }

    private void evictOne() {
        Node oldest = order.removeFirst();
        if (oldest.entry.used) {
            oldest.entry.used = false;
            order.add(oldest);
            return;
        }
        weight -= oldest.entry.weight() + oldest.path.length;
        int bucket = oldest.hash & (BUCKETS - 1);
        Node kept = null;
        for (Node node = buckets.get(bucket); node != null; node = node.next) {
            if (!Arrays.equals(node.path, oldest.path)) {
                kept = new Node(node.path, node.hash, node.entry, kept);
            }
        }
        buckets.set(bucket, kept);
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

    private static int hash(byte[] bytes, int start, int end) {
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ hash >>> 15;
    }
}
