package org.pinisi.http;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The fields (headers) of a message: immutable, in order, names compared without regard to case. Names and
/// values are checked, so that no value can smuggle in another line.
///
/// Values hold the characters of ISO 8859-1 without control characters (RFC 9110, section 5.5).
public final class Fields {
    private static final Fields EMPTY = new Fields(List.of());

    private final List<Field> all;

    /// One field line. Throws IllegalArgumentException if the name is no token or the value holds a control
    /// character.
    public record Field(String name, String value) {
        public Field {
            requireNonNull(name, "name");
            requireNonNull(value, "value");
            if (name.isEmpty() || !name.chars().allMatch(c -> c < 0x80 && Ascii.isToken((byte) c))) {
                throw new IllegalArgumentException("field name: \"" + name + "\" (expected: a token of RFC 9110)");
            }
            if (!value.chars().allMatch(c -> c < 0x100 && Ascii.isValue((byte) c))) {
                throw new IllegalArgumentException(
                        "value of field " + name + ": a character that may not stand there (expected: ISO 8859-1"
                                + " without control characters)");
            }
        }
    }

    private Fields(List<Field> all) {
        this.all = all;
    }

    public static Fields empty() {
        return EMPTY;
    }

    /// Names and values in turn.
    public static Fields of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(namesAndValues.length + " strings (expected: names and values in turn)");
        }
        List<Field> fields = new ArrayList<>(namesAndValues.length / 2);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
        }
        return new Fields(List.copyOf(fields));
    }

    static Fields of(Head head) {
        List<Field> fields = new ArrayList<>(head.fieldCount());
        for (int i = 0; i < head.fieldCount(); i++) {
            fields.add(new Field(head.name(i), head.value(i)));
        }
        return new Fields(List.copyOf(fields));
    }

    /// The first value of this name.
    public Optional<String> first(String name) {
        for (Field field : all) {
            if (field.name.equalsIgnoreCase(name)) {
                return Optional.of(field.value);
            }
        }
        return Optional.empty();
    }

    public boolean has(String name) {
        return first(name).isPresent();
    }

    /// Every value of this name, in order.
    public List<String> values(String name) {
        return all.stream()
                .filter(field -> field.name.equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /// Every field, in order.
    public List<Field> all() {
        return all;
    }

    /// These fields and one more behind them.
    public Fields with(String name, String value) {
        List<Field> fields = new ArrayList<>(all);
        fields.add(new Field(name, value));
        return new Fields(List.copyOf(fields));
    }

    /// These fields without those of this name.
    public Fields without(String name) {
        return new Fields(
                all.stream().filter(field -> !field.name.equalsIgnoreCase(name)).toList());
    }

    /// These fields, where this one takes the place of all of its name.
    public Fields withOnly(String name, String value) {
        return without(name).with(name, value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fields fields && fields.all.equals(all);
    }

    @Override
    public int hashCode() {
        return all.hashCode();
    }

    /// The names only: values may be secret.
    @Override
    public String toString() {
        return all.stream().map(Field::name).toList().toString();
    }
}
