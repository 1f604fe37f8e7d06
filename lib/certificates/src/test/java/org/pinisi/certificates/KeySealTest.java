package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeySealTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final byte[] SECRET = "a private key".getBytes(UTF_8);

    private final PassPhrase phrase = PassPhrase.of("correct horse".toCharArray());
    private final KeySeal keySeal = new KeySeal(phrase);
    private final SealRecord seal = keySeal.create(SealCost.LEAST, NOW);

    @AfterEach
    void close() {
        keySeal.close();
        phrase.close();
    }

    @Test
    void whatIsSealedIsOpened() {
        byte[] sealed = keySeal.seal(seal, "name example.org", SECRET);
        assertThat(keySeal.open(List.of(seal), "name example.org", sealed)).isEqualTo(SECRET);
        assertThat(new String(sealed, UTF_8)).doesNotContain("private");
    }

    @Test
    void equalKeysAreSealedDifferently() {
        assertThat(keySeal.seal(seal, "name example.org", SECRET))
                .isNotEqualTo(keySeal.seal(seal, "name example.org", SECRET));
    }

    @Test
    void aKeyInAnothersPlaceIsNotOpened() {
        byte[] sealed = keySeal.seal(seal, "name example.org", SECRET);
        assertThatThrownBy(() -> keySeal.open(List.of(seal), "name example.net", sealed))
                .hasMessageContaining("was changed, or belongs elsewhere");
    }

    @Test
    void aKeyWithAChangedByteIsNotOpened() {
        byte[] sealed = keySeal.seal(seal, "name example.org", SECRET);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> keySeal.open(List.of(seal), "name example.org", changed))
                    .isInstanceOf(CertificateException.class);
        }
        for (int length = 0; length < sealed.length; length++) {
            byte[] cut = Arrays.copyOf(sealed, length);
            assertThatThrownBy(() -> keySeal.open(List.of(seal), "name example.org", cut))
                    .isInstanceOf(CertificateException.class);
        }
    }

    @Test
    void anotherPassPhraseDoesNotFit() {
        try (PassPhrase other = PassPhrase.of("wrong horse".toCharArray());
                KeySeal others = new KeySeal(other)) {
            assertThat(others.fits(seal)).isFalse();
            byte[] sealed = keySeal.seal(seal, "name example.org", SECRET);
            assertThatThrownBy(() -> others.open(List.of(seal), "name example.org", sealed))
                    .hasMessageContaining("sealed with another pass phrase, that of 2026-11-21T12:00:00Z");
        }
    }

    @Test
    void nobodyCanMakeASealCheaperUnseen() {
        SealRecord expensive = keySeal.create(new SealCost(8_192, 2, 1), NOW);
        SealRecord cheaper =
                new SealRecord(expensive.id(), NOW, Optional.of(SealCost.LEAST), expensive.salt(), expensive.proof());
        assertThat(keySeal.fits(expensive)).isTrue();
        assertThat(keySeal.fits(cheaper)).isFalse();
    }

    @Test
    void wordsAreNeverUsedWithoutStretching() {
        SealRecord weak = new SealRecord(seal.id(), NOW, Optional.empty(), seal.salt(), seal.proof());
        assertThat(keySeal.fits(weak)).isFalse();
    }

    @Test
    void costsOutOfTheirRangeAreRefused() {
        assertThatThrownBy(() -> new SealCost(262_145, 3, 4))
                .hasMessage("the seal's memory-kib is 262145; expected is 8192 to 262144");
        assertThatThrownBy(() -> new SealCost(65_536, 11, 4)).hasMessageContaining("iterations");
        assertThatThrownBy(() -> new SealCost(65_536, 3, 9)).hasMessageContaining("lanes");
        assertThatThrownBy(() -> new SealCost(1, 1, 1)).hasMessageContaining("memory-kib");
    }

    @Test
    void aBookFullOfSealsCostsOnlySoManyTries() {
        try (PassPhrase other = PassPhrase.of("wrong horse".toCharArray());
                KeySeal others = new KeySeal(other)) {
            for (int i = 0; i < 8; i++) {
                assertThat(others.fits(keySealOf("somebody " + i))).isFalse();
            }
            // The ninth is not even tried, though it would fit.
            assertThat(others.fits(keySealOf("wrong horse"))).isFalse();
        }
    }

    private static SealRecord keySealOf(String words) {
        try (PassPhrase phrase = PassPhrase.of(words.toCharArray());
                KeySeal keySeal = new KeySeal(phrase)) {
            return keySeal.create(SealCost.LEAST, NOW);
        }
    }

    @Test
    void aWipedPassPhraseSealsNothing() {
        phrase.close();
        assertThat(keySeal.isLocked()).isTrue();
    }

    @Test
    void sealsAreReadAsTheyWereWritten() {
        byte[] sealed = keySeal.seal(seal, "name example.org", SECRET);
        List<SealRecord> read = SealFile.read(SealFile.write(List.of(seal)));
        try (KeySeal fresh = new KeySeal(phrase)) {
            assertThat(fresh.open(read, "name example.org", sealed)).isEqualTo(SECRET);
        }
    }
}
