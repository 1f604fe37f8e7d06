package org.pinisi.process;

/// An environment variable that a process and all it starts carry, so that they are found again in
/// `/proc/*/environ`, even after a crash of ours. A program that clears its environment sheds it; a sandbox or
/// control group still holds it.
///
/// @param name the variable, `[A-Z0-9_]+`
/// @param value unique for one launch's purpose; 1 to 200 printable characters
public record Marker(String name, String value) {
    static final String VALUE = "[\\x21-\\x7e]{1,200}";

    public Marker {
        if (!name.matches("[A-Z][A-Z0-9_]*")) {
            throw new IllegalArgumentException("name: expected [A-Z][A-Z0-9_]*, found \"" + name + "\"");
        }
        if (!value.matches(VALUE)) {
            throw new IllegalArgumentException(
                    "value: expected 1 to 200 printable characters, found \"" + value + "\"");
        }
    }
}
