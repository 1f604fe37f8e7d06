package org.pinisi.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VaultTest {
    @TempDir
    Path folder;

    @Test
    void opensWhatItSealedAlsoAfterARestart() {
        Path key = folder.resolve("keys/one.key");
        String sealed = Vault.open(key).seal("hunter2".getBytes(UTF_8), "app/clock/PASSWORD");

        byte[] opened = Vault.open(key).open(sealed, "app/clock/PASSWORD");

        assertThat(new String(opened, UTF_8)).isEqualTo("hunter2");
        assertThat(sealed).doesNotContain("hunter2");
    }

    @Test
    void sealsTheSameSecretDifferentlyEachTime() {
        Vault vault = Vault.open(folder.resolve("key"));
        byte[] secret = "same".getBytes(UTF_8);

        assertThat(vault.seal(secret, "a")).isNotEqualTo(vault.seal(secret, "a"));
    }

    @Test
    void refusesAValueFromAnotherPlace() {
        Vault vault = Vault.open(folder.resolve("key"));
        String sealed = vault.seal("secret".getBytes(UTF_8), "app/clock/A");

        assertThatThrownBy(() -> vault.open(sealed, "app/other/A"))
                .isInstanceOf(VaultException.class)
                .hasMessageContaining("app/other/A");
    }

    @Test
    void refusesEveryChangedByteAndEveryCutLength() {
        Vault vault = Vault.open(folder.resolve("key"));
        String sealed = vault.seal("secret".getBytes(UTF_8), "a");
        for (int i = 0; i < sealed.length() - 1; i++) {
            char other = sealed.charAt(i) == 'A' ? 'B' : 'A';
            String changed = sealed.substring(0, i) + other + sealed.substring(i + 1);
            assertThatThrownBy(() -> vault.open(changed, "a")).isInstanceOf(VaultException.class);
            String cut = sealed.substring(0, i);
            assertThatThrownBy(() -> vault.open(cut, "a")).isInstanceOf(VaultException.class);
        }
    }

    @Test
    void makesTheKeyForItsOwnerOnly() throws Exception {
        Path key = folder.resolve("key");
        Vault.open(key);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
    }

    @Test
    void refusesAKeyThatOthersMayRead() throws Exception {
        Path key = folder.resolve("key");
        Vault.open(key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(() -> Vault.open(key)).hasMessageContaining("chmod 600");
    }

    @Test
    void refusesAKeyOfAnotherLength() throws Exception {
        Path key = folder.resolve("key");
        Vault.open(key);
        Files.write(key, new byte[16]);

        assertThatThrownBy(() -> Vault.open(key)).hasMessageContaining("16 bytes");
    }
}
