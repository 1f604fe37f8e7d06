package org.pinisi.web;

import java.util.Optional;

/// Byte offsets as browsers send them.
final class Offsets {
    private Offsets() {}

    /// Empty if it is no offset from 0 on.
    static Optional<Long> parse(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 15 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }
}
