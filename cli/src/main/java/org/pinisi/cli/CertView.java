package org.pinisi.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.pinisi.certificates.Attempt;
import org.pinisi.certificates.BookEntry;
import org.pinisi.certificates.CertificateFacts;
import org.pinisi.certificates.Provenance;

/// An entry of a book as commands show it.
///
/// @param now what days are counted from
record CertView(BookEntry entry, Instant now) {
    private static final int WORDS_IN_TABLE = 60;

    private Optional<CertificateFacts> facts() {
        return entry.chain().isEmpty()
                ? Optional.empty()
                : Optional.of(CertificateFacts.of(entry.chain().getFirst()));
    }

    private Optional<Attempt> last() {
        return entry.attempts().isEmpty()
                ? Optional.empty()
                : Optional.of(entry.attempts().getLast());
    }

    String[] row() {
        Optional<CertificateFacts> facts = facts();
        return new String[] {
            entry.name(),
            facts.map(CertificateFacts::issuer).orElse("-"),
            facts.map(known -> Long.toString(days(known))).orElse("-"),
            source(),
            entry.target().orElse("-"),
            last().map(attempt -> word(attempt.outcome()) + ": " + shortened(attempt.words()))
                    .orElse("-")
        };
    }

    /// Lines for people.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("name         " + entry.name());
        lines.add("target       " + entry.target().orElse("none")
                + (entry.protocols().isEmpty() ? "" : " (" + String.join(", ", entry.protocols()) + ")"));
        facts().ifPresentOrElse(facts -> facts(lines, facts), () -> lines.add("certificate  none yet"));
        entry.provenance().ifPresent(from -> lines.add("source       " + source(from)));
        entry.wanted().ifPresent(since -> lines.add("renewal      wanted since " + since));
        if (!entry.attempts().isEmpty()) {
            lines.add("attempts");
            entry.attempts().reversed().forEach(attempt -> lines.add("  " + attempt(attempt)));
        }
        return lines;
    }

    private void facts(List<String> lines, CertificateFacts facts) {
        lines.add("issuer       " + facts.issuer());
        lines.add("names        " + String.join(", ", facts.names()));
        lines.add("valid        %s to %s, %s"
                .formatted(
                        facts.notBefore(), facts.notAfter(), days(facts) < 0 ? "EXPIRED" : days(facts) + " days left"));
        lines.add("serial       " + facts.serial());
        lines.add("fingerprint  " + facts.fingerprint());
    }

    private static String attempt(Attempt attempt) {
        return "%s  %s at %s%s: %s%s"
                .formatted(
                        attempt.at(),
                        word(attempt.outcome()),
                        attempt.authority(),
                        attempt.challenge().map(challenge -> " by " + challenge).orElse(""),
                        attempt.words(),
                        attempt.nextTry()
                                .map(next -> " (next try " + next + ")")
                                .orElse(""));
    }

    private static String source(Provenance from) {
        return word(from.source()) + " at " + from.at() + ", " + from.authority()
                + from.challenge().map(challenge -> " by " + challenge).orElse("")
                + from.profile().map(profile -> ", profile " + profile).orElse("");
    }

    /// For programs.
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", entry.name());
        entry.target().ifPresent(target -> fields.put("target", target));
        fields.put("protocols", entry.protocols());
        facts().ifPresent(facts -> {
            fields.put("issuer", facts.issuer());
            fields.put("names", facts.names());
            fields.put("serial", facts.serial());
            fields.put("fingerprint", facts.fingerprint());
            fields.put("notBefore", facts.notBefore().toString());
            fields.put("notAfter", facts.notAfter().toString());
            fields.put("daysLeft", days(facts));
        });
        entry.provenance().ifPresent(from -> fields.put("source", word(from.source())));
        entry.wanted().ifPresent(since -> fields.put("renewalWantedSince", since.toString()));
        fields.put("attempts", entry.attempts().stream().map(CertView::fields).toList());
        return fields;
    }

    private static Map<String, Object> fields(Attempt attempt) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", attempt.at().toString());
        fields.put("outcome", word(attempt.outcome()));
        fields.put("authority", attempt.authority());
        attempt.challenge().ifPresent(challenge -> fields.put("challenge", challenge));
        fields.put("words", attempt.words());
        attempt.nextTry().ifPresent(next -> fields.put("nextTry", next.toString()));
        return fields;
    }

    private String source() {
        return entry.provenance()
                .map(from -> word(from.source()))
                .orElse(entry.chain().isEmpty() ? "-" : "unknown");
    }

    private long days(CertificateFacts facts) {
        return Math.floorDiv(
                Duration.between(now, facts.notAfter()).toSeconds(),
                Duration.ofDays(1).toSeconds());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String shortened(String words) {
        return words.length() <= WORDS_IN_TABLE ? words : words.substring(0, WORDS_IN_TABLE - 1) + "…";
    }
}
