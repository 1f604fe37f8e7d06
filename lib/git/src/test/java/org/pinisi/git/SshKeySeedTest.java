package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The public keys are those that awa_gen_key printed for keys found in public repositories.
class SshKeySeedTest {
    private static final String OLD_SEED = "M0XGwihC6RtGCzYptLcHuO+SV38TqBUbCMiCf898";
    private static final String OLD_PUBLIC = "AAAAB3NzaC1yc2EAAAADAQABAAABAQCmid+AGVt0mrVggEFkLAVS6rgWhhov+dw54Onm3L49"
            + "BHYYPU4bz1Z4uIAmhGGvX/sfJ9KSYKr7PDncNi7EnvbeoGGBjNZM7GWKGji+jFZRwTWuamiJM/jL7NyRXb75bmOB1NT9NO42m0Z6"
            + "BYnriOzm7dDl+3Hh3AqLpfwy2mg/6dlApcVgbGZTxpneY/vwMajtCikEXTyRmaXx0J2ceGCPt+i0R5MMGnEwPMmFsZF/J3juTp2d"
            + "m/KG5eTcKOdXAs/WjwIv5W3vvDjwJUx5oxGugsUfgn+nHnX9EbqM4OeOlHwlG7l4Gp82PNRdhPFai1isFSDYFrXr7B5ZDnLWkXAx";
    private static final String SEED = "lShNY3l2He27hG3BBPPeyUdmP+hmZ4AppWmrytrm";
    private static final String PUBLIC = "AAAAB3NzaC1yc2EAAAADAQABAAACAQDSh9ZPHeLCTein/4a5KRlomTxoTMYgrzVunbndCMJPr2aN"
            + "mERGF1VHiSLWkQLRhzRPhRdjuiZz55ab6Zt3bGvGbt0IK5spZQZ3/ihsq6VYW+c5l/RPPbSE9D/ghnbxiQA70Ui4mGSx6NweP239"
            + "e+3waL1A0QfeSjUtI/ohsBUomlJ1TJZfkriSUFiCFQCDf5w9jHN5jl0FIE4KLU85807KWp1d+bc0olxuCbPw/4d7FKOVbYuAj2n9"
            + "FNb8+k6YmjvDCCkDzT9/YrzIBAjKWK2PDuJgvWzQf21LEWs2iHnsRM/bexxgFhurGSd+egcpsPUqs/g3wfxinEcCU8p6y0Tqs3tf"
            + "q47BGzdDVwSz+m5/vJfJTFNucY9YIDs+aBRg1/r8c3oLCaB1hrP5tSsuXh4NzQzkUwRq4bbLdn3MpLK26EYvkps+P0jVj2weRzMK"
            + "h6emyuwPhNwXD24Lob6/KSwiDi9KQfTBFkH7jMAmaecEYwjHgZREjAalvSmzfWcp40Q+6ajTfM1GBSbgQjH7rC+vpxZpHHWeclNB"
            + "2LWNYqjU/ka/zgXL2Daxj1s7ZOTQNUgmZXRBs34cBdbMmuCJnIQKKiAPOO4gXMsLKNf15lGeNXYfUQmvtT9WDYednMiehruOclhg"
            + "4v/BkgvfZXT8on4vUJLxcspN37yFFOGQDTB6kw==";
    private static final String ED25519 = "AqKcLX40SblHbAeZ63FCDXJD3xOiRUmCRxzxQFThEf4=";
    private static final String ED25519_PUBLIC = "AAAAC3NzaC1lZDI1NTE5AAAAIF3PyCx3KPc84KGXpel9uMwwKailyUWnoLICjSZo37Y7";

    @TempDir
    Path folder;

    @Test
    void theSeedOfAnOldRsaKeyOf2048BitsMakesItsPublicKey() throws Exception {
        assertThat(SshKeySeed.parse("rsa:" + OLD_SEED, 2048).key().publicLine(""))
                .isEqualTo("ssh-rsa " + OLD_PUBLIC);
    }

    @Test
    void theSeedOfAnRsaKeyOf4096BitsMakesItsPublicKey() throws Exception {
        assertThat(SshKeySeed.parse("rsa:" + SEED).key().publicLine("awa@awa.local"))
                .isEqualTo("ssh-rsa " + PUBLIC + " awa@awa.local");
    }

    @Test
    void anEd25519KeyGivenByItselfMakesItsPublicKey() throws Exception {
        assertThat(SshKeySeed.parse("ed25519:" + ED25519).key().publicLine(""))
                .isEqualTo("ssh-ed25519 " + ED25519_PUBLIC);
    }

    @Test
    void anEd25519KeyFromASeedIsTheGeneratorsFirst32Bytes() {
        byte[] drawn = Fortuna.seeded(SEED.getBytes(java.nio.charset.StandardCharsets.US_ASCII))
                .draw(32);

        assertThat(SshKeySeed.ed25519FromSeed(SEED).text())
                .isEqualTo("ed25519:" + Base64.getEncoder().encodeToString(drawn));
    }

    @Test
    void theTypeMayBeInAnyCase() {
        assertThat(SshKeySeed.parse("RSA:" + SEED).text()).isEqualTo("rsa:" + SEED);
        assertThat(SshKeySeed.parse("Ed25519:" + ED25519).type()).isEqualTo(SshKeySeed.Type.ED25519);
    }

    @Test
    void theTwoPrimesMakeAKeyThatHoldsTogether() throws Exception {
        RSAPrivateCrtKey key = (RSAPrivateCrtKey)
                SshKeySeed.parse("rsa:" + OLD_SEED, 2048).key().pair().getPrivate();

        assertThat(key.getModulus()).isEqualTo(key.getPrimeP().multiply(key.getPrimeQ()));
        assertThat(key.getPrimeP()).isGreaterThan(key.getPrimeQ());
        assertThat(key.getCrtCoefficient().multiply(key.getPrimeQ()).mod(key.getPrimeP()))
                .isOne();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rsa",
                "rsa:a:b",
                "dsa:abc",
                ":abc",
                "rsa:",
                "rsa:a\nb",
                "ed25519:",
                "ed25519:AAAA",
                "ed25519:secret!"
            })
    void whatIsNoKeyIsRefusedWithoutShowingIt(String text) {
        assertThatThrownBy(() -> SshKeySeed.parse(text))
                .isInstanceOf(GitException.class)
                .hasMessageNotContainingAny("abc", "secret", "a:b");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -2048, 1024, 2047, 2050, 8208})
    void anRsaKeyOfAnotherSizeIsRefused(int bits) {
        assertThatThrownBy(() -> SshKeySeed.parse("rsa:abc", bits))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("2048 to 8192");
    }

    @Test
    void aRandomSeedHas40CharactersOfBase64() {
        assertThat(SshKeySeed.randomSeed(new SecureRandom())).matches("[A-Za-z0-9+/]{40}");
    }

    @Test
    void itsTextForLogsShowsNothing() {
        assertThat(SshKeySeed.parse("rsa:" + SEED)).hasToString("rsa:…");
    }

    @Test
    void makingAnRsaKeyStopsByInterruption() {
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> SshKeySeed.parse("rsa:" + SEED).key()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void theKeyFileIsForItsOwnerAloneAndNeverReplaced() throws Exception {
        SshKey key = SshKeySeed.parse("ed25519:" + ED25519).key();
        Path file = folder.resolve("keys/id");

        key.write(file, "me");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(folder.resolve("keys")).isDirectoryContaining(path -> path.equals(file));
        assertThatThrownBy(() -> key.write(file, "me"))
                .isInstanceOf(GitException.class)
                .hasMessageContaining("is there already");
    }

    @Test
    void aCommentWithALineBreakIsRefused() throws Exception {
        SshKey key = SshKeySeed.parse("ed25519:" + ED25519).key();

        assertThatThrownBy(() -> key.publicLine("me\nssh-rsa AAAA")).isInstanceOf(GitException.class);
    }
}
