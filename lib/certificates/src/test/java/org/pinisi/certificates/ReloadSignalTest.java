package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.pinisi.http.Fields;

class ReloadSignalTest {
    private static final byte[] BODY = "{\"name\": \"example.org\"}".getBytes(UTF_8);

    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private final ReloadSignal sender = signal("correct horse");
    private final ReloadCheck check = new ReloadCheck(signal("correct horse"), () -> now);

    private static ReloadSignal signal(String words) {
        try (PassPhrase phrase = PassPhrase.of(words.toCharArray())) {
            return ReloadSignal.of(phrase, SealCost.LEAST);
        }
    }

    @Test
    void aSignalOfThePassPhraseIsTakenOnce() {
        Fields fields = sender.sign(BODY, now);
        assertThat(check.refusal(fields, BODY)).isEmpty();
        assertThat(check.refusal(fields, BODY)).contains("the signal was taken already");
        assertThat(check.refusal(sender.sign(BODY, now), BODY)).isEmpty();
    }

    @Test
    void aSignalOfAnotherPassPhraseIsRefused() {
        assertThat(check.refusal(signal("wrong horse").sign(BODY, now), BODY))
                .contains("the signal is not signed with the pass phrase of this edge");
    }

    @Test
    void anotherBodyTimeOrNonceIsRefused() {
        Fields fields = sender.sign(BODY, now);
        assertThat(check.refusal(fields, new byte[0])).isPresent();
        assertThat(check.refusal(fields.withOnly(ReloadSignal.TIME, "1795262401"), BODY))
                .isPresent();
        assertThat(check.refusal(fields.withOnly(ReloadSignal.NONCE, "00".repeat(16)), BODY))
                .isPresent();
        assertThat(check.refusal(fields, BODY)).isEmpty();
    }

    @Test
    void malformedFieldsAreRefusedLikeWrongOnes() {
        Fields fields = sender.sign(BODY, now);
        for (String field : new String[] {ReloadSignal.TIME, ReloadSignal.NONCE, ReloadSignal.SIGNATURE}) {
            for (String value : new String[] {"", "x", "v1=", "v1=!", "-1", "9".repeat(12), "9".repeat(500)}) {
                assertThat(check.refusal(fields.withOnly(field, value), BODY))
                        .as(field + ": " + value)
                        .isPresent();
            }
        }
        assertThat(check.refusal(Fields.empty(), BODY)).isPresent();
    }

    @Test
    void anOldSignalIsRefusedAlsoWhenItIsNoLongerRemembered() {
        Fields fields = sender.sign(BODY, now);
        assertThat(check.refusal(fields, BODY)).isEmpty();
        now = now.plus(ReloadCheck.WINDOW).plusSeconds(1);
        assertThat(check.refusal(fields, BODY))
                .hasValueSatisfying(why -> assertThat(why).contains("signed 301 s ago"));
    }

    @Test
    void aSignalFromTheFutureIsRemberedUntilItsTimeIsOver() {
        Fields fields = sender.sign(BODY, now.plus(ReloadCheck.WINDOW));
        assertThat(check.refusal(fields, BODY)).isEmpty();
        now = now.plus(Duration.ofMinutes(9));
        assertThat(check.refusal(fields, BODY)).contains("the signal was taken already");
    }

    @Test
    void aSignalFromTooFarAheadSaysThatTheClocksDiffer() {
        assertThat(check.refusal(sender.sign(BODY, now.plusSeconds(400)), BODY))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("400 s ahead").contains("set the clocks right"));
    }

    @Test
    void soManySignalsAreRememberedAndNoMore() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(check.refusal(sender.sign(BODY, now), BODY)).isEmpty();
        }
        assertThat(check.refusal(sender.sign(BODY, now), BODY))
                .hasValueSatisfying(why -> assertThat(why).contains("try again later"));
        now = now.plus(ReloadCheck.WINDOW).plusSeconds(1);
        assertThat(check.refusal(sender.sign(BODY, now), BODY)).isEmpty();
    }

    @Test
    void withoutAPassPhraseThereIsNoSignal() {
        assertThatThrownBy(() -> ReloadSignal.of(PassPhrase.none()))
                .hasMessage("a reload signal needs the pass phrase");
    }
}
