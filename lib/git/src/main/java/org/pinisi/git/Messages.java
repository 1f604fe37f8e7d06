package org.pinisi.git;

import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What remotes write for people, made fit to be shown: they may send anything.
final class Messages {
    private static final int LINES = 50;

    /// How far the remote has come, of no use afterwards.
    private static final Pattern PROGRESS = Pattern.compile(
            "(Enumerating|Counting|Compressing|Writing|Receiving|Unpacking|Resolving|Finding|Getting|Total|Updating)"
                    + " .*\\d.*");

    private Messages() {}

    static String printable(String messages) {
        return messages.lines()
                .map(line -> line.substring(line.lastIndexOf('\r') + 1).strip())
                .filter(line -> !line.isEmpty() && !PROGRESS.matcher(line).matches())
                .limit(LINES)
                .map(ProgressQueue::printable)
                .collect(Collectors.joining("\n"));
    }
}
