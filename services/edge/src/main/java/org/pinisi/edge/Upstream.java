package org.pinisi.edge;

import java.util.regex.Pattern;
import org.pinisi.http.Address;

/// One running unit that answers for a route.
///
/// @param id the unit's name, as counters, the access log and [EdgeClient#drain] know it: 1 to 100 letters, digits,
/// `.`, `_`,
///     `:` or `-`; a new unit gets a new id, even at an old address
/// @param address where it listens
public record Upstream(String id, Address address) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:-]{1,100}");

    /// @throws EdgeException when the id is not of that form
    public Upstream {
        if (!ID.matcher(id).matches()) {
            throw new EdgeException(
                    "\"" + id
                            + "\" is no upstream id: expected 1 to 100 letters, digits, '.', '_', ':' or '-' (for example clock-7)");
        }
    }
}
