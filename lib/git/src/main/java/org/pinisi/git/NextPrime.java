package org.pinisi.git;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.BitSet;

/// The next prime above a number: the same as [BigInteger#nextProbablePrime()] finds, sooner, because a larger sieve
/// leaves fewer candidates for the costly test.
final class NextPrime {
    private static final int CERTAINTY = 100;
    private static final int SIEVE_LIMIT = 1 << 17;

    /// Odd numbers looked at in one go; beyond that (a gap nobody has seen) the next window follows.
    private static final int WINDOW = 1 << 13;

    private final int[] primes;

    NextPrime() {
        BitSet composite = new BitSet(SIEVE_LIMIT);
        for (int i = 3; i * i < SIEVE_LIMIT; i += 2) {
            for (int multiple = i * i; !composite.get(i) && multiple < SIEVE_LIMIT; multiple += 2 * i) {
                composite.set(multiple);
            }
        }
        int[] found = new int[SIEVE_LIMIT / 2];
        int count = 0;
        for (int i = 3; i < SIEVE_LIMIT; i += 2) {
            if (!composite.get(i)) {
                found[count++] = i;
            }
        }
        primes = Arrays.copyOf(found, count);
    }

    /// The smallest prime above `number`, which has more than 40 bits.
    ///
    /// @throws InterruptedException when the thread is interrupted meanwhile
    BigInteger above(BigInteger number) throws InterruptedException {
        BigInteger start = number.testBit(0) ? number.add(BigInteger.TWO) : number.add(BigInteger.ONE);
        while (true) {
            BitSet composite = sieved(start);
            for (int i = composite.nextClearBit(0); i < WINDOW; i = composite.nextClearBit(i + 1)) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("looking for a prime was interrupted");
                }
                BigInteger candidate = start.add(BigInteger.valueOf(2L * i));
                if (candidate.isProbablePrime(CERTAINTY)) {
                    return candidate;
                }
            }
            start = start.add(BigInteger.valueOf(2L * WINDOW));
        }
    }

    /// Bit `i` is set when `start + 2i` has a small factor.
    private BitSet sieved(BigInteger start) {
        byte[] bytes = start.toByteArray();
        int[] digits = new int[Math.ceilDiv(bytes.length, Integer.BYTES)];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            digits[digits.length - 1 - fromEnd / Integer.BYTES] |= (bytes[i] & 0xff) << (fromEnd % Integer.BYTES * 8);
        }
        BitSet composite = new BitSet(WINDOW);
        for (int prime : primes) {
            // The first i with start + 2i ≡ 0: half of the distance to the next odd multiple.
            int rest = rest(digits, prime);
            int distance = rest == 0 ? 0 : prime - rest;
            int first = distance % 2 == 0 ? distance / 2 : (distance + prime) / 2;
            for (int i = first; i < WINDOW; i += prime) {
                composite.set(i);
            }
        }
        return composite;
    }

    private static int rest(int[] digits, int prime) {
        long rest = 0;
        for (int digit : digits) {
            rest = ((rest << Integer.SIZE) | (digit & 0xffffffffL)) % prime;
        }
        return (int) rest;
    }
}
