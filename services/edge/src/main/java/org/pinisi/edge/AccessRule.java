package org.pinisi.edge;

import java.util.List;

/// Which addresses may ask at all; others get 403.
///
/// The longest block that holds an address decides; of equal blocks, `deny`. What is in neither list may
/// ask if the list `allow` is empty.
///
/// @param allow at most 10,000 blocks
/// @param deny at most 10,000 blocks
public record AccessRule(List<AddressRange> allow, List<AddressRange> deny) {
    static final int MOST = 10_000;
    private static final AccessRule EVERYBODY = new AccessRule(List.of(), List.of());

    /// @throws EdgeException when a list is too long
    public AccessRule {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
        Expect.atMost("allow", allow, MOST);
        Expect.atMost("deny", deny, MOST);
    }

    /// Everybody may ask.
    public static AccessRule everybody() {
        return EVERYBODY;
    }
}
