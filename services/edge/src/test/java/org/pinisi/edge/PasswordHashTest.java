package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Hashes as the usual tools write them.
final class PasswordHashTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The reference implementation's own example: `echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1`.
                "password | $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ"
                        + "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                // RFC 7914, section 12, the third.
                "pleaseletmein | $scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU"
                        + "$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw",
            })
    void triesAPassword(String password, String hash) {
        assertThatCode(() -> PasswordHash.check("users.eva", hash)).doesNotThrowAnyException();
        assertThat(PasswordHash.isRight(hash, password + "x")).isFalse();
        assertThat(PasswordHash.isRight(hash, password)).isTrue();
    }

    @Test
    void readsBcrypt() {
        String hash = OpenBSDBCrypt.generate("2y", "U*U".toCharArray(), new byte[16], 4);
        assertThatCode(() -> PasswordHash.check("users.eva", hash)).doesNotThrowAnyException();
        assertThat(PasswordHash.isRight(hash, "U*U")).isTrue();
        assertThat(PasswordHash.isRight(hash, "U*u")).isFalse();
        assertThat(PasswordHash.isRight(hash, "")).isFalse();
    }

    @Test
    void aPasswordThatBcryptWouldCutShortIsWrong() {
        String hash = OpenBSDBCrypt.generate("2y", "x".repeat(72).toCharArray(), new byte[16], 4);
        assertThat(PasswordHash.isRight(hash, "x".repeat(72))).isTrue();
        assertThat(PasswordHash.isRight(hash, "x".repeat(73))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "password",
                "{SHA}fEqNCco3Yq9h5ZUglD3CZJT4lBs=",
                "$apr1$salt$0123456789012345678901",
                "$2y$31$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234",
                "$argon2id$v=19$m=999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$scrypt$ln=30,r=8,p=1$TmFDbAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            })
    void refusesWhatIsNoHashOrTooExpensive(String hash) {
        assertThatThrownBy(() -> PasswordHash.check("users.eva", hash))
                .isInstanceOf(EdgeException.class)
                .hasMessageStartingWith("users.eva: ");
    }
}
