package org.pinisi.certificates;

/// Something in the book that cannot be used. All else is used.
///
/// @param path of the file in the book; printable
/// @param problem what is wrong with it, and what was expected; printable
public record BookDefect(String path, String problem) {
    public BookDefect {
        path = BookText.line(path, BookText.SHORT);
        problem = BookText.line(problem, BookText.LONG);
    }

    @Override
    public String toString() {
        return path + ": " + problem;
    }
}
