package org.pinisi.edge;

/// One thing that is wrong in the files of an edge's configuration.
///
/// @param file the file's name, relative to the configuration
/// @param line from 1
/// @param column from 1, in characters
/// @param field the key as a path, such as `target.upstreams[1].address`; empty when it is about the file
/// @param message what is wrong, and what was expected
public record ConfigProblem(String file, int line, int column, String field, String message) {
    /// As a person reads it, in one line: `routes/shop.yaml:3:14: hosts[0]: …`.
    @Override
    public String toString() {
        String about = field.isEmpty() ? "" : field + ": ";
        return file + ":" + line + ":" + column + ": " + about + message;
    }
}
