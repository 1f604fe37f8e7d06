package org.pinisi.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyCommandsTest {
    private static final String ED25519 = "ed25519:AqKcLX40SblHbAeZ63FCDXJD3xOiRUmCRxzxQFThEf4=";
    private static final String ED25519_PUBLIC =
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF3PyCx3KPc84KGXpel9uMwwKailyUWnoLICjSZo37Y7";
    private static final String RSA_SEED = "M0XGwihC6RtGCzYptLcHuO+SV38TqBUbCMiCf898";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    @Test
    void aMadeKeyIsPrintedAsAwaPrintsIt() {
        assertThat(run("key", "gen", "--bits", "2048", "--seed", RSA_SEED)).isZero();

        assertThat(out.toString().lines()).hasSize(2);
        assertThat(out.toString().lines().findFirst()).contains("private key seed: rsa:" + RSA_SEED);
        assertThat(out.toString())
                .contains("\nssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQCmid+AGVt0mrVggEFk")
                .endsWith("XAx awa@awa.local\n");
    }

    @Test
    void aRandomEd25519KeyIsShownAgainFromItsText() {
        assertThat(run("key", "gen", "--type", "ed25519", "--comment", "ana")).isZero();
        String[] lines = out.toString().split("\n", -1);
        assertThat(lines[0]).matches("private key: ed25519:[A-Za-z0-9+/]{43}=");
        out.getBuffer().setLength(0);

        assertThat(run("key", "show", "--comment", "ana", lines[0].substring("private key: ".length())))
                .isZero();

        assertThat(out.toString().lines().findFirst()).contains(lines[1]);
    }

    @Test
    void aShownKeyIsItsPublicLineAndFingerprintAndNothingSecret() throws Exception {
        Path file = Files.writeString(folder.resolve("key.txt"), ED25519 + "\n");

        assertThat(run("key", "show", "--key-file", file.toString())).isZero();

        assertThat(out.toString().lines())
                .containsExactly(
                        ED25519_PUBLIC + " awa@awa.local", "SHA256:PqR5Pv4leG8lkqfNWjPlhFNWtKIY679D4DAZ3GLdEl8");
        assertThat(out.toString()).doesNotContain("AqKcLX40");
    }

    @Test
    void aKeyInAFileIsNotPrinted() throws Exception {
        Path seed = Files.writeString(folder.resolve("seed"), RSA_SEED);
        Path file = folder.resolve("id");

        assertThat(run("key", "gen", "--type", "ed25519", "--seed-file", seed.toString(), "--output", file.toString()))
                .isZero();

        assertThat(out.toString()).startsWith("ssh-ed25519 ").doesNotContain("private");
        assertThat(Files.readString(file)).startsWith("-----BEGIN OPENSSH PRIVATE KEY-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(run("key", "gen", "--type", "ed25519", "--output", file.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("is there already");
    }

    @Test
    void jsonHasEachPartByName() {
        assertThat(run("key", "show", "--json", ED25519)).isZero();

        assertThat(out.toString())
                .startsWith("{\"type\":\"ed25519\",\"public\":\"" + ED25519_PUBLIC)
                .contains("\"fingerprint\":\"SHA256:")
                .doesNotContain("private");
    }

    @Test
    void whatIsNoKeyIsAUsageErrorThatShowsNothingOfIt() {
        assertThat(run("key", "show", "dsa:topsecret")).isEqualTo(2);
        assertThat(run("key", "show", "rsa:topsecret", "--bits", "100")).isEqualTo(2);
        assertThat(run("key", "gen", "--seed", "topsecret", "--seed-file", "x")).isEqualTo(2);
        assertThat(run("key")).isEqualTo(2);

        assertThat(err.toString()).contains("neither rsa nor ed25519", "2048 to 8192", "not both", "gen | show");
        assertThat(err.toString() + out).doesNotContain("topsecret");
    }
}
