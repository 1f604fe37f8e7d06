package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// RSA keys made from a seed as mirage-crypto makes them, so that a seed of awa_gen_key yields its key.
final class SeededRsa {
    private static final BigInteger EXPONENT = BigInteger.valueOf(65537);

    private final Fortuna generator;
    private final int bits;
    private final NextPrime nextPrime = new NextPrime();
    private final Queue<BigInteger> primes = new ArrayDeque<>();

    private SeededRsa(String seed, int bits) {
        this.generator = Fortuna.seeded(seed.getBytes(UTF_8));
        this.bits = bits;
    }

    /// @param seed its characters are the seed, also where they look like base64
    /// @param bits the size of the modulus, a multiple of 16
    /// @throws InterruptedException when the thread is interrupted meanwhile
    static KeyPair generate(String seed, int bits) throws InterruptedException {
        return new SeededRsa(seed, bits).generate();
    }

    private KeyPair generate() throws InterruptedException {
        while (true) {
            BigInteger one = prime();
            BigInteger other = prime();
            BigInteger p = one.max(other);
            BigInteger q = one.min(other);
            boolean usable = !p.equals(q) && coprime(p) && coprime(q);
            if (usable) {
                return pair(p, q);
            }
        }
    }

    private BigInteger prime() throws InterruptedException {
        while (primes.isEmpty()) {
            searchTwo();
        }
        return primes.remove();
    }

    /// Two draws make two primes, unless one has too many bits. Which draws are made does not depend on that, so both
    /// searches run at the same time.
    private void searchTwo() throws InterruptedException {
        BigInteger first = candidate();
        BigInteger second = candidate();
        FutureTask<BigInteger> search = new FutureTask<>(() -> nextPrime.above(second));
        Thread searcher = Thread.ofVirtual().name("rsa-prime").start(search);
        try {
            keep(nextPrime.above(first));
            keep(search.get());
        } catch (ExecutionException failure) {
            throw new IllegalStateException("the search for a prime failed", failure);
        } finally {
            searcher.interrupt();
        }
    }

    private void keep(BigInteger prime) {
        if (prime.bitLength() <= bits / 2) {
            primes.add(prime);
        }
    }

    private BigInteger candidate() {
        byte[] drawn = generator.draw(bits / 16);
        drawn[0] |= (byte) 0xc0;
        return new BigInteger(1, drawn);
    }

    private static boolean coprime(BigInteger prime) {
        return EXPONENT.gcd(prime.subtract(BigInteger.ONE)).equals(BigInteger.ONE);
    }

    private static KeyPair pair(BigInteger p, BigInteger q) {
        BigInteger modulus = p.multiply(q);
        BigInteger belowP = p.subtract(BigInteger.ONE);
        BigInteger belowQ = q.subtract(BigInteger.ONE);
        BigInteger multiple = belowP.divide(belowP.gcd(belowQ)).multiply(belowQ);
        BigInteger exponent = EXPONENT.modInverse(multiple);
        try {
            KeyFactory factory = KeyFactory.getInstance("RSA");
            return new KeyPair(
                    factory.generatePublic(new RSAPublicKeySpec(modulus, EXPONENT)),
                    factory.generatePrivate(new RSAPrivateCrtKeySpec(
                            modulus,
                            EXPONENT,
                            exponent,
                            p,
                            q,
                            exponent.mod(belowP),
                            exponent.mod(belowQ),
                            q.modInverse(p))));
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no RSA of " + modulus.bitLength() + " bits", absent);
        }
    }
}
