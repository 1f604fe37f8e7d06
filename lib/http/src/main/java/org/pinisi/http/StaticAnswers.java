package org.pinisi.http;

/// Chooses what a static folder answers: the file, a part of it, or that the client's copy is good.
final class StaticAnswers {
    private static final PreparedAnswer NOT_ALLOWED = plain(405, "Only GET and HEAD work here.\n")
            .field("Allow", "GET, HEAD")
            .build();
    private static final PreparedAnswer BUSY =
            plain(503, "Too busy; try again.\n").field("Retry-After", "1").build();

    private StaticAnswers() {}

    static PreparedAnswer notAllowed() {
        return NOT_ALLOWED;
    }

    static PreparedAnswer busy() {
        return BUSY;
    }

    static PreparedAnswer redirect(String location) {
        return PreparedAnswer.status(301).field("Location", location).build();
    }

    /// Says no more than the status.
    static PreparedAnswer error(int status) {
        return plain(status, AnswerHead.reason(status) + ".\n").build();
    }

    private static PreparedAnswer.Builder plain(int status, String text) {
        return PreparedAnswer.status(status)
                .field("Content-Type", "text/plain; charset=utf-8")
                .text(text);
    }

    /// This file, as the conditions and the range of the request want it.
    static PreparedAnswer of(StaticAsk ask, StaticEntry entry) {
        if (ask.isFresh(entry)) {
            return entry.unchanged;
        }
        ByteRange range = ask.wantedRange(entry);
        if (range == null) {
            return entry.whole;
        }
        if (range.length() == 0) {
            return PreparedAnswer.status(416)
                    .field("Content-Range", "bytes */" + entry.size)
                    .build();
        }
        long last = range.start() + range.length() - 1;
        return entry.whole.part(
                range.start(), range.length(), "bytes " + range.start() + "-" + last + "/" + entry.size);
    }
}
