package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.KDF;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/// Seals and opens keys with a pass phrase: AES-256-GCM, whose associated data are the purpose and the
/// name, so that a sealed key cannot be put in another's place. A sealed key is one byte of version, eight
/// of its seal's id, twelve of nonce, and what GCM made. Thread-safe.
final class KeySeal implements AutoCloseable {
    private static final byte VERSION = 1;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY = 32;
    private static final int HEAD = 1 + SealRecord.ID_BYTES;
    /// A book that others can write must not make us try for ever.
    private static final int MOST_DERIVED = 8;

    private static final byte[] NOTHING = new byte[0];

    private final PassPhrase phrase;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Derived> derived = new HashMap<>();

    /// @param fits whether the pass phrase is this seal's
    private record Derived(SecretKeySpec key, boolean fits) {}

    /// @param phrase stays the caller's, and is used until this is closed
    KeySeal(PassPhrase phrase) {
        this.phrase = phrase;
    }

    /// Whether there is a pass phrase at all.
    boolean isLocked() {
        return phrase.kind() == PassPhrase.Kind.NONE;
    }

    /// A fresh seal for this pass phrase.
    SealRecord create(SealCost cost, Instant now) {
        byte[] id = bytes(SealRecord.ID_BYTES);
        byte[] salt = bytes(16);
        SealRecord draft = new SealRecord(
                HexFormat.of().formatHex(id),
                now,
                phrase.kind() == PassPhrase.Kind.KEY ? Optional.empty() : Optional.of(cost),
                salt,
                NOTHING);
        SecretKeySpec key = derive(draft);
        SealRecord seal = new SealRecord(draft.id(), now, draft.cost(), salt, encrypt(key, draft.context(), NOTHING));
        lock.lock();
        try {
            derived.put(fingerprint(seal), new Derived(key, true));
        } finally {
            lock.unlock();
        }
        return seal;
    }

    /// Whether the pass phrase is this seal's.
    boolean fits(SealRecord seal) {
        return key(seal).isPresent();
    }

    /// The newest seal that the pass phrase belongs to.
    Optional<SealRecord> newest(List<SealRecord> seals) {
        return seals.stream().filter(seal -> key(seal).isPresent()).findFirst();
    }

    /// Seals a key.
    ///
    /// @param plain stays the caller's to wipe
    byte[] seal(SealRecord seal, String purpose, byte[] plain) {
        SecretKeySpec key = key(seal)
                .orElseThrow(() -> new CertificateException("the pass phrase is not that of seal " + seal.id()));
        byte[] text = encrypt(key, context(seal, purpose), plain);
        return ByteBuffer.allocate(HEAD + text.length)
                .put(VERSION)
                .put(seal.idBytes())
                .put(text)
                .array();
    }

    /// Opens a key; the caller wipes it.
    ///
    /// @param seals all that the book knows
    /// @throws CertificateException that says why it cannot be opened
    byte[] open(List<SealRecord> seals, String purpose, byte[] sealed) {
        if (sealed.length < HEAD + NONCE + TAG_BITS / 8 || sealed[0] != VERSION) {
            throw new CertificateException("this is no key that Pinisi sealed");
        }
        String id = HexFormat.of().formatHex(sealed, 1, HEAD);
        SealRecord seal = seals.stream()
                .filter(known -> known.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new CertificateException("the key is sealed by seal " + id
                        + ", of which seal.json knows nothing; take back an older seal.json from the history"));
        SecretKeySpec key = key(seal)
                .orElseThrow(() -> new CertificateException("the key is sealed with another pass phrase, that of "
                        + seal.made() + "; reseal it with `pinisi cert reseal`"));
        return decrypt(key, context(seal, purpose), Arrays.copyOfRange(sealed, HEAD, sealed.length))
                .orElseThrow(() -> new CertificateException(
                        "the sealed key was changed, or belongs elsewhere; take it back from the history"));
    }

    /// Forgets the keys. The pass phrase stays its owner's.
    @Override
    public void close() {
        lock.lock();
        try {
            derived.clear();
        } finally {
            lock.unlock();
        }
    }

    private Optional<SecretKeySpec> key(SealRecord seal) {
        PassPhrase.Kind kind = phrase.kind();
        boolean possible = kind == (seal.cost().isPresent() ? PassPhrase.Kind.WORDS : PassPhrase.Kind.KEY);
        if (!possible) {
            return Optional.empty();
        }
        lock.lock();
        try {
            Derived known = derived.get(fingerprint(seal));
            if (known == null) {
                if (derived.size() >= MOST_DERIVED) {
                    return Optional.empty();
                }
                SecretKeySpec key = derive(seal);
                known = new Derived(
                        key, decrypt(key, seal.context(), seal.proof()).isPresent());
                derived.put(fingerprint(seal), known);
            }
            return known.fits() ? Optional.of(known.key()) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private static String fingerprint(SealRecord seal) {
        return new String(seal.context(), UTF_8) + HexFormat.of().formatHex(seal.proof());
    }

    private SecretKeySpec derive(SealRecord seal) {
        byte[] secret = phrase.bytes();
        byte[] key = new byte[0];
        try {
            key = seal.cost().isPresent()
                    ? stretched(secret, seal.salt(), seal.cost().get())
                    : expanded(secret, seal.salt());
            return new SecretKeySpec(key, "AES");
        } finally {
            Arrays.fill(secret, (byte) 0);
            Arrays.fill(key, (byte) 0);
        }
    }

    /// Argon2id (RFC 9106).
    static byte[] stretched(byte[] secret, byte[] salt, SealCost cost) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.iterations())
                .withParallelism(cost.lanes())
                .withSalt(salt)
                .build());
        byte[] key = new byte[KEY];
        generator.generateBytes(secret, key);
        return key;
    }

    /// HKDF (RFC 5869), enough for a secret that nobody can guess.
    private static byte[] expanded(byte[] secret, byte[] salt) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .addSalt(salt)
                            .thenExpand("pinisi-book".getBytes(UTF_8), KEY));
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no HKDF", absent);
        }
    }

    private byte[] encrypt(SecretKeySpec key, byte[] context, byte[] plain) {
        byte[] nonce = bytes(NONCE);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(context);
            byte[] text = cipher.doFinal(plain);
            return ByteBuffer.allocate(NONCE + text.length).put(nonce).put(text).array();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no AES-256-GCM", absent);
        }
    }

    /// Empty when it was not sealed with this key, or changed since.
    private static Optional<byte[]> decrypt(SecretKeySpec key, byte[] context, byte[] sealed) {
        if (sealed.length < NONCE + TAG_BITS / 8) {
            return Optional.empty();
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed, 0, NONCE));
            cipher.updateAAD(context);
            return Optional.of(cipher.doFinal(sealed, NONCE, sealed.length - NONCE));
        } catch (AEADBadTagException notOurs) {
            return Optional.empty();
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no AES-256-GCM", absent);
        }
    }

    private static byte[] context(SealRecord seal, String purpose) {
        return ("pinisi-book key " + seal.id() + " " + purpose).getBytes(UTF_8);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
