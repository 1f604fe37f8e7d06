package org.pinisi.git;

import java.util.Optional;

/// Decides about a key that was changed here and at a remote, differently.
@FunctionalInterface
public interface ConflictResolver {
    /// Ours stays; theirs remains in the history.
    ConflictResolver OURS = _ -> new Choice.Ours();

    /// Theirs stays; ours remains in the history.
    ConflictResolver THEIRS = _ -> new Choice.Theirs();

    /// Called while no other writer of the store can write, so it must be quick. When it throws,
    /// nothing is merged, and it is asked again with the next try.
    Choice resolve(Conflict conflict);

    /// A key with its values, each empty where the key is absent.
    ///
    /// @param base what both last agreed on
    record Conflict(StoreKey key, Optional<byte[]> base, Optional<byte[]> ours, Optional<byte[]> theirs) {}

    /// What becomes of the key.
    sealed interface Choice {
        /// As it is here.
        record Ours() implements Choice {}

        /// As it is there.
        record Theirs() implements Choice {}

        /// Another value, made from the others.
        @SuppressWarnings("ArrayRecordComponent") // Handed over once, compared by nobody.
        record Merged(byte[] value) implements Choice {}
    }
}
