package org.pinisi.site;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.pinisi.http.ContentCoding;
import org.pinisi.http.FastRequest;

/// A page that the loop can answer with by itself: everything but its key is here. Immutable save for
/// marks.
final class HotEntry {
    /// The entry and its places in the tables, as measured.
    private static final int ENTRY_BYTES = 250;

    private static final Offer[] NO_CHOICE = {};

    /// Without coding first.
    final List<Offer> offers;
    final Optional<Instant> modified;
    /// The smallest offer for each set of codings that a client may take; empty if there is one offer only.
    private final Offer[] smallest;
    /// Whether more codings may come once somebody wants them; taken back by whoever asks for them
    /// first.
    volatile boolean mayVary;
    /// Set by readers, taken back by the shelf's sweep. A lost update only costs a reload.
    boolean used;

    HotEntry(List<Offer> offers, Optional<Instant> modified, boolean mayVary) {
        this.offers = List.copyOf(offers);
        this.modified = modified;
        this.mayVary = mayVary;
        this.smallest = smallest(this.offers);
    }

    static Offer[] smallest(List<Offer> offers) {
        if (offers.size() == 1) {
            return NO_CHOICE;
        }
        Offer[] result = new Offer[1 << ContentCoding.values().length];
        for (int codings = 0; codings < result.length; codings++) {
            result[codings] = choose(offers, codings);
        }
        return result;
    }

    /// The smallest of the offers that a client takes who allows these codings.
    static Offer choose(List<Offer> offers, int codings) {
        Offer best = offers.getFirst();
        for (Offer offer : offers) {
            boolean allowed = offer.coding.isEmpty() || offer.coding.get().isIn(codings);
            if (allowed && offer.size() < best.size()) {
                best = offer;
            }
        }
        return best;
    }

    /// The offers that a client takes who allows these codings, the best one first.
    static List<Offer> acceptable(List<Offer> offers, Offer best, int codings) {
        List<Offer> result = new ArrayList<>(offers.size());
        result.add(best);
        for (Offer offer : offers) {
            if (offer != best && (offer.coding.isEmpty() || offer.coding.get().isIn(codings))) {
                result.add(offer);
            }
        }
        return result;
    }

    Offer best(FastRequest request) {
        return smallest.length == 0 ? offers.getFirst() : smallest[request.codings()];
    }

    /// What the answers themselves cost, in bytes; the bodies come on top.
    long overhead() {
        return ENTRY_BYTES + offers.stream().mapToLong(Offer::overhead).sum();
    }
}
