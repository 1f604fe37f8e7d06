package org.pinisi.git;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The generator Fortuna as mirage-crypto has it, fed by one seed and nothing else: the same seed yields the same
/// bytes for ever (Ferguson, Schneier, Kohno: "Cryptography Engineering", chapter 9, without the pools). For one
/// thread.
final class Fortuna {
    /// What is drawn with one key before the next one replaces it.
    static final int LARGEST_DRAW = 1 << 16;

    private static final int BLOCK = 16;
    private static final int SECRET = 32;

    private final byte[] counter = new byte[BLOCK];
    private byte[] secret = new byte[SECRET];

    private Fortuna() {}

    static Fortuna seeded(byte[] seed) {
        Fortuna generator = new Fortuna();
        generator.secret = digest(generator.secret, seed);
        generator.count(1);
        return generator;
    }

    /// The next `count` bytes.
    byte[] draw(int count) {
        byte[] drawn = new byte[count];
        for (int at = 0; at < count; at += LARGEST_DRAW) {
            int part = Math.min(LARGEST_DRAW, count - at);
            System.arraycopy(step(part), 0, drawn, at, part);
        }
        return drawn;
    }

    private byte[] step(int count) {
        int blocks = Math.ceilDiv(count, BLOCK) + SECRET / BLOCK;
        byte[] stream = encrypted(new byte[blocks * BLOCK]);
        secret = Arrays.copyOfRange(stream, stream.length - SECRET, stream.length);
        count(blocks);
        return Arrays.copyOf(stream, count);
    }

    private byte[] encrypted(byte[] zeros) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(secret, "AES"), new IvParameterSpec(counter));
            return cipher.doFinal(zeros);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no AES-256", absent);
        }
    }

    private static byte[] digest(byte[] first, byte[] second) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(first);
            byte[] once = sha.digest(second);
            return sha.digest(once);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no SHA-256", absent);
        }
    }

    private void count(int blocks) {
        int carry = blocks;
        for (int i = counter.length - 1; i >= 0 && carry != 0; i--) {
            carry += counter[i] & 0xff;
            counter[i] = (byte) carry;
            carry >>>= 8;
        }
    }
}
