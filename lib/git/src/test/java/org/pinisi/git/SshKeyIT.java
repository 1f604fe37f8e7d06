package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What OpenSSH makes of our key files.
class SshKeyIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rsa:M0XGwihC6RtGCzYptLcHuO+SV38TqBUbCMiCf898",
                "ed25519:AqKcLX40SblHbAeZ63FCDXJD3xOiRUmCRxzxQFThEf4="
            })
    void sshKeygenReadsTheSamePublicKeyAndFingerprint(String seed) throws Exception {
        SshKey key = SshKeySeed.parse(seed, 2048).key();
        Path file = folder.resolve("id");
        key.write(file, "ana@ship");

        assertThat(keygen("-y", "-f", file.toString())).isEqualTo(key.publicLine("ana@ship"));
        assertThat(keygen("-l", "-f", file.toString())).contains(key.fingerprint(), "ana@ship");
    }

    private String keygen(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ssh-keygen"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(text).isZero();
        return text.strip();
    }
}
