package org.pinisi.deployer;

import java.util.ArrayList;
import java.util.List;

/// Splits a command line into its arguments as a POSIX shell splits words (Shell Command Language, 2.2
/// Quoting), without being one: nothing is expanded, and what only a shell can do is refused instead of
/// passed on as an argument.
final class ConfigCommand {
    private static final String SHELL_ONLY = "|&;<>()`$*?#~";

    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int at;

    private ConfigCommand(String line) {
        this.line = line;
    }

    /// @throws IllegalArgumentException with a message for people
    static List<String> split(String line) {
        ConfigCommand command = new ConfigCommand(line);
        while (command.at < line.length()) {
            command.step();
        }
        command.endWord();
        return List.copyOf(command.words);
    }

    private void step() {
        char next = line.charAt(at++);
        if (Character.isWhitespace(next)) {
            endWord();
            return;
        }
        inWord = true;
        switch (next) {
            case '\'' -> single();
            case '"' -> doubled();
            case '\\' -> escaped();
            default -> plain(next);
        }
    }

    private void plain(char next) {
        boolean onlyAtStart = next == '#' || next == '~';
        if (SHELL_ONLY.indexOf(next) >= 0 && !(onlyAtStart && !word.isEmpty())) {
            throw new IllegalArgumentException("'" + next + "' needs a shell, and there is none");
        }
        word.append(next);
    }

    private void escaped() {
        if (at == line.length()) {
            throw new IllegalArgumentException("it ends with a backslash");
        }
        word.append(line.charAt(at++));
    }

    private void single() {
        int end = line.indexOf('\'', at);
        if (end < 0) {
            throw new IllegalArgumentException("a ' is never closed");
        }
        word.append(line, at, end);
        at = end + 1;
    }

    private void doubled() {
        while (at < line.length()) {
            char next = line.charAt(at++);
            if (next == '"') {
                return;
            }
            if (next == '$' || next == '`') {
                throw new IllegalArgumentException("'" + next + "' needs a shell, and there is none");
            }
            if (next == '\\' && at < line.length() && "\"\\$`".indexOf(line.charAt(at)) >= 0) {
                next = line.charAt(at++);
            }
            word.append(next);
        }
        throw new IllegalArgumentException("a \" is never closed");
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
