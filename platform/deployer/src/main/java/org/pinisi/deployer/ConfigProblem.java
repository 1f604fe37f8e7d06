package org.pinisi.deployer;

/// One thing that is wrong in a configuration file.
///
/// @param file the file's name, for people
/// @param line from 1
/// @param column from 1
/// @param message what is wrong
/// @param expected what would be right, or how to get there
/// @param excerpt the offending line and, below it, a caret; empty when there is no such line
public record ConfigProblem(String file, int line, int column, String message, String expected, String excerpt) {
    /// As a person reads it, several lines, without a line break at the end.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append(file)
                .append(':')
                .append(line)
                .append(':')
                .append(column)
                .append(": ")
                .append(message);
        if (!excerpt.isEmpty()) {
            text.append('\n').append(excerpt.indent(2).stripTrailing());
        }
        if (!expected.isEmpty()) {
            text.append("\n  ").append(expected);
        }
        return text.toString();
    }
}
