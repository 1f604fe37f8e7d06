package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.pinisi.http.Fields;

/// Says "look at the repository now" to a running edge, so that only who knows the pass phrase can: a `POST
/// /.well-known/pinisi/reload` whose body, time and nonce are signed by HMAC-SHA256 (RFC 2104). The pass
/// phrase itself is never sent, and an overheard signal is good for nothing a second time.
///
/// Both sides make one of the same pass phrase, which takes a good part of a second (Argon2id). Thread-safe.
public final class ReloadSignal implements AutoCloseable {
    /// Where the edge takes it, on its plain listener.
    public static final String PATH = "/.well-known/pinisi/reload";

    /// Bytes of a body, at most.
    public static final int MOST_BYTES = 64 << 10;

    static final String TIME = "Pinisi-Time";
    static final String NONCE = "Pinisi-Nonce";
    static final String SIGNATURE = "Pinisi-Signature";

    private static final String VERSION = "v1=";
    private static final String MAC = "HmacSHA256";
    private static final int NONCE_BYTES = 16;
    private static final int KEY_BYTES = 32;
    // The same for everybody: who sends a signal may have nothing but the pass phrase.
    private static final byte[] SALT = "pinisi reload signal 1".getBytes(StandardCharsets.US_ASCII);

    private final SecureRandom random = new SecureRandom();
    private final byte[] key;

    private ReloadSignal(byte[] key) {
        this.key = key;
    }

    /// With the key that comes of a pass phrase for this purpose and no other.
    ///
    /// @param phrase stays the caller's, who may close it
    /// @throws CertificateException when there is none
    public static ReloadSignal of(PassPhrase phrase) {
        return of(phrase, SealCost.DEFAULT);
    }

    /// The same at another cost, which both sides must agree on.
    public static ReloadSignal of(PassPhrase phrase, SealCost cost) {
        requireNonNull(cost, "cost");
        byte[] secret = phrase.bytes();
        try {
            return switch (phrase.kind()) {
                case WORDS -> new ReloadSignal(KeySeal.stretched(secret, SALT, cost));
                case KEY -> new ReloadSignal(expanded(secret));
                case NONE -> throw new CertificateException("a reload signal needs the pass phrase");
            };
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static byte[] expanded(byte[] secret) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .addSalt(SALT)
                            .thenExpand(SALT, KEY_BYTES));
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no HKDF", absent);
        }
    }

    /// The header fields of a signal that is sent now.
    ///
    /// @param body of the request, which is signed too
    public Fields sign(byte[] body, Instant now) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        String time = Long.toString(now.getEpochSecond());
        String once = HexFormat.of().formatHex(nonce);
        String signature = VERSION + Base64.getEncoder().encodeToString(mac(time, once, body));
        return Fields.of(TIME, time, NONCE, once, SIGNATURE, signature);
    }

    /// Whether these header fields are a signature of that body; says nothing of when and how often.
    ///
    /// @return what was signed, or empty when it was not by this pass phrase
    Optional<Signed> verified(Fields fields, byte[] body) {
        String time = fields.first(TIME).orElse("");
        String nonce = fields.first(NONCE).orElse("");
        String signature = fields.first(SIGNATURE).orElse("");
        boolean wellFormed = signature.startsWith(VERSION)
                && nonce.length() == 2 * NONCE_BYTES
                && time.length() <= 12
                && body.length <= MOST_BYTES;
        if (!wellFormed) {
            return Optional.empty();
        }
        try {
            byte[] given = Base64.getDecoder().decode(signature.substring(VERSION.length()));
            boolean same = MessageDigest.isEqual(given, mac(time, nonce, body));
            return same
                    ? Optional.of(new Signed(Instant.ofEpochSecond(Long.parseLong(time)), nonce))
                    : Optional.empty();
        } catch (IllegalArgumentException | DateTimeException malformed) {
            return Optional.empty();
        }
    }

    /// @param at when the signer says that it was
    /// @param nonce never the same twice
    record Signed(Instant at, String nonce) {}

    private byte[] mac(String time, String nonce, byte[] body) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(new SecretKeySpec(key, MAC));
            mac.update(("pinisi reload 1\n" + time + "\n" + nonce + "\n").getBytes(UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("this Java has no " + MAC, absent);
        }
    }

    /// Wipes the key.
    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
    }
}
