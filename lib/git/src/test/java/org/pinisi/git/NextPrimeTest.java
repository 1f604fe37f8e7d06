package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NextPrimeTest {
    private final NextPrime nextPrime = new NextPrime();

    @Test
    void findsWhatTheJdkFinds() throws Exception {
        Random random = new Random(20261121);
        for (int i = 0; i < 200; i++) {
            BigInteger number = new BigInteger(64 + random.nextInt(300), random).setBit(63);

            assertThat(nextPrime.above(number)).as("above %s", number).isEqualTo(number.nextProbablePrime());
        }
    }

    @Test
    void isStrictlyAboveAPrime() throws Exception {
        BigInteger prime = BigInteger.TWO.pow(127).subtract(BigInteger.ONE);

        assertThat(nextPrime.above(prime)).isEqualTo(prime.nextProbablePrime()).isGreaterThan(prime);
        assertThat(nextPrime.above(prime.subtract(BigInteger.ONE))).isEqualTo(prime);
        assertThat(nextPrime.above(prime.subtract(BigInteger.TWO))).isEqualTo(prime);
    }

    @Test
    void crossesALongGap() throws Exception {
        // No prime follows 804212830686677669 for 1442 numbers: the longest gap below 2⁶⁰.
        BigInteger prime = new BigInteger("804212830686677669");

        assertThat(nextPrime.above(prime)).isEqualTo(prime.add(BigInteger.valueOf(1442)));
    }

    @Test
    void stopsByInterruption() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> nextPrime.above(BigInteger.TWO.pow(2000))).isInstanceOf(InterruptedException.class);
    }
}
