package org.pinisi.certificates;

/// Text that others wrote, made fit for a line of a log, a commit or a table.
final class BookText {
    static final int SHORT = 200;
    static final int LONG = 2000;

    private BookText() {}

    /// The same on one line: control characters, and those that turn the direction of writing, become spaces.
    ///
    /// @param most characters, after which it is cut
    static String line(String text, int most) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), most));
        for (int i = 0; i < text.length() && line.length() < most; i++) {
            char character = text.charAt(i);
            boolean harmless = !Character.isISOControl(character)
                    && Character.getType(character) != Character.FORMAT
                    && Character.getType(character) != Character.LINE_SEPARATOR
                    && Character.getType(character) != Character.PARAGRAPH_SEPARATOR;
            line.append(harmless ? character : ' ');
        }
        if (!line.isEmpty() && Character.isHighSurrogate(line.charAt(line.length() - 1))) {
            line.setLength(line.length() - 1);
        }
        return line.toString().strip();
    }
}
