package org.pinisi.certificates;

import java.util.Base64;

/// An account that was made by hand at an authority, to which ours is bound (RFC 8555, 7.3.4).
///
/// @param keyId as the authority gave it
/// @param key the secret, base64url as the authority gave it
public record ExternalAccount(String keyId, String key) {
    public ExternalAccount {
        if (keyId.isBlank()) {
            throw new CertificateException("external account: no key id (expected: as the authority gave it)");
        }
        boolean enough;
        try {
            enough = Base64.getUrlDecoder().decode(key).length >= 16;
        } catch (IllegalArgumentException _) {
            enough = false;
        }
        if (!enough) {
            throw new CertificateException("external account " + BookText.line(keyId, BookText.SHORT)
                    + ": its key is not what is expected (base64url of 16 bytes or more)");
        }
    }

    /// Without the key.
    @Override
    public String toString() {
        return "ExternalAccount[" + keyId + "]";
    }
}
