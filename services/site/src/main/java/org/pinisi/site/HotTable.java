package org.pinisi.site;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The hot pages of one showing by the bytes of their path. Looking up takes no lock and makes no
/// object; changes are made under the [Shelf]'s lock.
final class HotTable {
    private static final int FIRST_BUCKETS = 64;
    private static final int MOST_BUCKETS = 1 << 20;

    private volatile AtomicReferenceArray<@Nullable Link> buckets = new AtomicReferenceArray<>(FIRST_BUCKETS);
    private int count;

    private static final class Link {
        final byte[] path;
        final int hash;
        final HotEntry entry;
        final @Nullable Link next;

        Link(byte[] path, int hash, HotEntry entry, @Nullable Link next) {
            this.path = path;
            this.hash = hash;
            this.entry = entry;
            this.next = next;
        }
    }

    /// The page for the path in these bytes, or null.
    @Nullable
    HotEntry get(byte[] bytes, int start, int end) {
        int hash = hash(bytes, start, end);
        AtomicReferenceArray<@Nullable Link> now = buckets;
        for (Link link = now.get(hash & now.length() - 1); link != null; link = link.next) {
            if (link.hash == hash && Arrays.equals(link.path, 0, link.path.length, bytes, start, end)) {
                HotEntry entry = link.entry;
                if (!entry.used) {
                    entry.used = true;
                }
                return entry;
            }
        }
        return null;
    }

    /// Adds a path that is not there.
    void add(byte[] path, HotEntry entry) {
        if (count >= buckets.length() && count < MOST_BUCKETS) {
            grow();
        }
        put(buckets, path, hash(path, 0, path.length), entry);
        count++;
    }

    /// Takes out a path if it leads to this entry.
    void remove(byte[] path, HotEntry entry) {
        int bucket = hash(path, 0, path.length) & buckets.length() - 1;
        Link kept = null;
        for (Link link = buckets.get(bucket); link != null; link = link.next) {
            if (link.entry == entry) {
                count--;
            } else {
                kept = new Link(link.path, link.hash, link.entry, kept);
            }
        }
        buckets.set(bucket, kept);
    }

    private void grow() {
        AtomicReferenceArray<@Nullable Link> old = buckets;
        AtomicReferenceArray<@Nullable Link> larger = new AtomicReferenceArray<>(old.length() * 2);
        for (int bucket = 0; bucket < old.length(); bucket++) {
            for (Link link = old.get(bucket); link != null; link = link.next) {
                put(larger, link.path, link.hash, link.entry);
            }
        }
        buckets = larger;
    }

    private static void put(AtomicReferenceArray<@Nullable Link> into, byte[] path, int hash, HotEntry entry) {
        int bucket = hash & into.length() - 1;
        into.set(bucket, new Link(path, hash, entry, into.get(bucket)));
    }

    private static int hash(byte[] bytes, int start, int end) {
        int hash = 1;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash ^ hash >>> 15;
    }
}
