package org.pinisi.host;

/// The name of a unit on its host, such as `clock-r3-1`.
///
/// @param value 1 to 80 characters of `[a-z0-9-]`, not beginning with `-`
public record UnitId(String value) implements Comparable<UnitId> {
    public UnitId {
        if (!value.matches("[a-z0-9][a-z0-9-]{0,79}")) {
            throw new IllegalArgumentException(
                    "unit id: expected 1 to 80 characters of a-z, 0-9 and -, found \"" + value + "\"");
        }
    }

    @Override
    public int compareTo(UnitId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
