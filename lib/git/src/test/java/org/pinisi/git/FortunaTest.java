package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class FortunaTest {
    private static final byte[] SEED = "seed".getBytes(UTF_8);

    @Test
    void theFirstDrawIsAesInCounterModeFromOneUnderTheDigestOfTheSeed() throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update(new byte[32]);
        byte[] secret = sha.digest(sha.digest(SEED));
        Cipher block = Cipher.getInstance("AES/CTR/NoPadding");
        block.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(secret, "AES"), new IvParameterSpec(counter(1)));

        assertThat(Fortuna.seeded(SEED).draw(100)).isEqualTo(block.doFinal(new byte[100]));
    }

    @Test
    void theNextDrawGoesOnCountingUnderANewSecret() throws Exception {
        MessageDigest sha = MessageDigest.getInstance("SHA-256");
        sha.update(new byte[32]);
        byte[] secret = sha.digest(sha.digest(SEED));
        Cipher first = Cipher.getInstance("AES/CTR/NoPadding");
        first.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(secret, "AES"), new IvParameterSpec(counter(1)));
        // Two blocks for 20 bytes, and two for the next secret.
        byte[] stream = first.doFinal(new byte[64]);
        Cipher second = Cipher.getInstance("AES/CTR/NoPadding");
        second.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(Arrays.copyOfRange(stream, 32, 64), "AES"),
                new IvParameterSpec(counter(5)));
        Fortuna generator = Fortuna.seeded(SEED);

        assertThat(generator.draw(20)).isEqualTo(Arrays.copyOf(stream, 20));
        assertThat(generator.draw(16)).isEqualTo(second.doFinal(new byte[16]));
    }

    @Test
    void aLargeDrawIsMadeOfDrawsOf65536Bytes() {
        Fortuna whole = Fortuna.seeded(SEED);
        Fortuna parts = Fortuna.seeded(SEED);

        byte[] drawn = whole.draw(Fortuna.LARGEST_DRAW + 7);

        assertThat(Arrays.copyOf(drawn, Fortuna.LARGEST_DRAW)).isEqualTo(parts.draw(Fortuna.LARGEST_DRAW));
        assertThat(Arrays.copyOfRange(drawn, Fortuna.LARGEST_DRAW, drawn.length))
                .isEqualTo(parts.draw(7));
    }

    @Test
    void theCounterCarriesBeyondOneByte() {
        Fortuna steps = Fortuna.seeded(SEED);
        for (int i = 0; i < 100; i++) {
            steps.draw(16);
        }
        Fortuna again = Fortuna.seeded(SEED);
        for (int i = 0; i < 100; i++) {
            again.draw(16);
        }

        assertThat(HexFormat.of().formatHex(steps.draw(16)))
                .isEqualTo(HexFormat.of().formatHex(again.draw(16)))
                .isNotEqualTo(HexFormat.of().formatHex(again.draw(16)));
    }

    private static byte[] counter(int value) {
        byte[] counter = new byte[16];
        counter[15] = (byte) value;
        return counter;
    }
}
