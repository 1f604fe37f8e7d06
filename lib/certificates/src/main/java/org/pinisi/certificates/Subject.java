package org.pinisi.certificates;

import java.util.List;

/// What one certificate is wanted for.
///
/// @param name under which the book keeps it
/// @param names all that it shall hold for, that name first
record Subject(SubjectName name, List<SubjectName> names) {
    Subject {
        names = List.copyOf(names);
        if (names.isEmpty() || !names.getFirst().equals(name)) {
            throw new IllegalArgumentException("names: " + names + " (expected: " + name + " first)");
        }
    }

    static Subject of(SubjectName name) {
        return new Subject(name, List.of(name));
    }
}
