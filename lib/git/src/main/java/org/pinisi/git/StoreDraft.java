package org.pinisi.git;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a batch is going to change. It is the batch's alone, for one thread, and of no use after it.
public final class StoreDraft {
    private final StoreSnapshot before;
    private final StoreLimits limits;
    private final SortedMap<StoreKey, Optional<byte[]>> changes = new TreeMap<>();
    private long bytes;

    StoreDraft(StoreSnapshot before, StoreLimits limits) {
        this.before = before;
        this.limits = limits;
    }

    /// The store as it was when the batch began, without its changes.
    public StoreSnapshot before() {
        return before;
    }

    /// A copy of the value with this batch's changes.
    public Optional<byte[]> get(StoreKey key) {
        Optional<byte[]> changed = changes.get(key);
        return changed == null ? before.get(key) : changed.map(byte[]::clone);
    }

    /// @param value copied
    /// @throws GitException when the value or the batch is larger than [StoreLimits] allow
    public StoreDraft set(StoreKey key, byte[] value) {
        if (value.length > limits.valueBytes()) {
            throw new GitException("the value of %s has %d bytes; a value may have %d"
                    .formatted(key, value.length, limits.valueBytes()));
        }
        note(key, Optional.of(value.clone()));
        return this;
    }

    /// Removes the key; nothing when there is no such key.
    public StoreDraft delete(StoreKey key) {
        note(key, Optional.empty());
        return this;
    }

    SortedMap<StoreKey, Optional<byte[]>> changes() {
        return Collections.unmodifiableSortedMap(changes);
    }

    private void note(StoreKey key, Optional<byte[]> value) {
        Optional<byte[]> replaced = changes.put(key, value);
        bytes += length(value) - (replaced == null ? 0 : length(replaced));
        if (bytes > limits.batchBytes() || changes.size() > limits.batchKeys()) {
            throw new GitException("a batch may change %d keys and hold %d bytes; make several of this one"
                    .formatted(limits.batchKeys(), limits.batchBytes()));
        }
    }

    private static int length(Optional<byte[]> value) {
        return value.map(bytes -> bytes.length).orElse(0);
    }
}
