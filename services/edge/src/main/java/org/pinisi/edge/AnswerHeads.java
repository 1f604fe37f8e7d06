package org.pinisi.edge;

import java.util.ArrayDeque;
import org.pinisi.http.Head;
import org.pinisi.http.HttpLimits;

/// The parsers of one event loop for the heads of answers. A connection to an upstream has one only while a head
/// comes, so that the same few serve hundreds of connections and stay in the processor's cache.
final class AnswerHeads {
    private static final int MOST_KEPT = 16;

    private final HttpLimits limits;
    private final ArrayDeque<Head> kept = new ArrayDeque<>(MOST_KEPT);

    AnswerHeads(HttpLimits limits) {
        this.limits = limits;
    }

    /// A parser for the next head; `toHead` says that it answers a HEAD request.
    Head take(boolean toHead) {
        Head known = kept.pollLast();
        Head head = known == null ? Head.forAnswers(limits) : known;
        head.reset(toHead);
        return head;
    }

    void giveBack(Head head) {
        if (kept.size() < MOST_KEPT) {
            kept.addLast(head);
        }
    }
}
