package org.pinisi.git;

import java.util.stream.Collectors;

/// What remotes write for people, made fit to be shown: they may send anything.
final class Messages {
    private static final int LINES = 50;

    private Messages() {}

    static String printable(String messages) {
        return messages.lines()
                .map(line -> line.substring(line.lastIndexOf('\r') + 1).strip())
                .filter(line -> !line.isEmpty())
                .limit(LINES)
                .map(ProgressQueue::printable)
                .collect(Collectors.joining("\n"));
    }
}
