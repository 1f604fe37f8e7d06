package org.pinisi.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pinisi.git.GitException.Kind;

class HostKeysTest {
    private static final RemoteUrl HOST = RemoteUrl.parse("git@git.example.org:one.git");
    private static final RemoteUrl PORT = RemoteUrl.parse("ssh://git@git.example.org:2222/one.git");

    private static byte[] key;
    private static byte[] other;
    private static byte[] rsa;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeKeys() throws Exception {
        KeyPairGenerator curve = KeyPairGenerator.getInstance("EC");
        curve.initialize(256);
        key = SshKeys.blob(curve.generateKeyPair().getPublic());
        other = SshKeys.blob(curve.generateKeyPair().getPublic());
        KeyPairGenerator large = KeyPairGenerator.getInstance("RSA");
        large.initialize(2048);
        rsa = SshKeys.blob(large.generateKeyPair().getPublic());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
        "git.example.org; true; false",
        "GIT.Example.org; true; false",
        "[git.example.org]:2222; false; true",
        "other,git.example.org; true; false",
        "*.example.org; true; false",
        "git.example.or?; true; false",
        "*; true; true",
        "*.example.org,!git.*; false; false",
        "[*.example.org]:2222; false; true",
        "example.org; false; false",
        "git.example.org.evil; false; false",
        "gitXexample.org; false; false"
    })
    void aLineIsAboutTheHostsThatItsPatternsName(String hosts, boolean plain, boolean withPort) throws Exception {
        HostKeys known = HostKeys.known(file(line(hosts, key)));

        assertThat(known.refusal(HOST, key).isEmpty()).isEqualTo(plain);
        assertThat(known.refusal(PORT, key).isEmpty()).isEqualTo(withPort);
    }

    @Test
    void aHashedNameIsRecognised() throws Exception {
        HostKeys known = HostKeys.known(file(line(hash("git.example.org"), key) + line(hash("[git.example.org]:2222"), other)));

        assertThat(known.refusal(HOST, key)).isEmpty();
        assertThat(known.refusal(PORT, other)).isEmpty();
        assertThat(known.refusal(PORT, key)).isPresent();
    }

    @Test
    void aChangedKeyIsToldWithBothFingerprintsAndTheLine() throws Exception {
        Path file = file("# mine\n\n" + line("git.example.org", key));

        GitException refusal = HostKeys.known(file).refusal(HOST, other).orElseThrow();

        assertThat(refusal.kind()).isEqualTo(Kind.HOST_KEY_CHANGED);
        assertThat(refusal)
                .hasMessageContaining(file + ":3")
                .hasMessageContaining(SshKeys.fingerprint(key))
                .hasMessageContaining(SshKeys.fingerprint(other));
    }

    @Test
    void aKeyOfAnotherTypeThanTheKnownOneIsAChangeToo() throws Exception {
        HostKeys known = HostKeys.known(file(line("git.example.org", key)));

        assertThat(known.refusal(HOST, rsa).orElseThrow().kind()).isEqualTo(Kind.HOST_KEY_CHANGED);
        assertThat(known.attempts(HOST)).containsExactly(Set.of("ecdsa-sha2-nistp256"));
    }

    @Test
    void aHostMayHaveSeveralKeysInSeveralFiles() throws Exception {
        HostKeys known = HostKeys.known(
                folder.resolve("absent"), file(line("git.example.org", key)), file(line("git.example.org", rsa)));

        assertThat(known.refusal(HOST, key)).isEmpty();
        assertThat(known.refusal(HOST, rsa)).isEmpty();
        assertThat(known.refusal(HOST, other)).isPresent();
    }

    @Test
    void aRevokedKeyIsRefusedEvenWhereAnotherLineTrustsIt() throws Exception {
        HostKeys known = HostKeys.known(file(line("git.example.org", key) + "@revoked " + line("*", key)));

        assertThat(known.refusal(HOST, key).orElseThrow())
                .hasMessageContaining("revoked")
                .hasFieldOrPropertyWithValue("kind", Kind.HOST_KEY_CHANGED);
    }

    @Test
    void anAuthorityHelpsNobodyAndTheRefusalSaysSo() throws Exception {
        HostKeys known = HostKeys.known(file("@cert-authority " + line("*.example.org", key)));

        assertThat(known.refusal(HOST, key).orElseThrow())
                .hasMessageContaining("authority")
                .hasFieldOrPropertyWithValue("kind", Kind.HOST_KEY_UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "git.example.org",
                "git.example.org ssh-rsa",
                "git.example.org ssh-rsa %%%",
                "git.example.org ssh-rsa AAAA",
                "@unknown git.example.org ssh-rsa AAAA",
                "|1|x git.example.org"
            })
    void aLineThatCannotBeUnderstoodCountsForNothing(String line) throws Exception {
        HostKeys known = HostKeys.known(file(line + "\n" + line("git.example.org", key)));

        assertThat(known.refusal(HOST, key)).isEmpty();
    }

    @Test
    void anUnknownHostIsRefusedWithItsFingerprint() {
        assertThat(HostKeys.known().refusal(HOST, key).orElseThrow())
                .hasMessageContaining(SshKeys.fingerprint(key))
                .hasFieldOrPropertyWithValue("kind", Kind.HOST_KEY_UNKNOWN);
    }

    @Test
    void acceptingNewHostsRemembersTheFirstKeyAndRefusesTheSecond() throws Exception {
        Path file = folder.resolve("ssh/known_hosts");
        HostKeys keys = HostKeys.acceptNew(file);

        assertThat(keys.refusal(PORT, key)).isEmpty();
        assertThat(keys.refusal(PORT, key)).isEmpty();
        assertThat(keys.refusal(HOST, rsa)).isEmpty();
        assertThat(keys.refusal(PORT, other).orElseThrow().kind()).isEqualTo(Kind.HOST_KEY_CHANGED);
        assertThat(Files.readAllLines(file)).hasSize(2).first().asString().startsWith("[git.example.org]:2222 ecdsa-");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void aRememberedKeyBeginsALineOfItsOwn() throws Exception {
        Path file = file(line("elsewhere", other).strip());

        assertThat(HostKeys.acceptNew(file).refusal(HOST, key)).isEmpty();

        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(HostKeys.known(file).refusal(HOST, key)).isEmpty();
    }

    @Test
    void aFingerprintIsAboutAKeyOfAnyType() {
        for (byte[] one : new byte[][] {key, rsa}) {
            HostKeys pinned = HostKeys.pinned(SshKeys.fingerprint(one));
            assertThat(pinned.refusal(HOST, one)).isEmpty();
            assertThat(pinned.refusal(HOST, other).orElseThrow().kind()).isEqualTo(Kind.HOST_KEY_CHANGED);
            assertThat(pinned.attempts(HOST)).hasSize(3);
        }
    }

    @Test
    void aTypeBeforeAFingerprintNarrowsIt() {
        String digest = SshKeys.fingerprint(rsa).substring("SHA256:".length());

        assertThat(HostKeys.pinned("rsa:" + digest).refusal(HOST, rsa)).isEmpty();
        assertThat(HostKeys.pinned("RSA:SHA256:" + digest + "=").refusal(HOST, rsa)).isEmpty();
        assertThat(HostKeys.pinned("ed25519:" + digest).refusal(HOST, rsa)).isPresent();
        assertThat(HostKeys.pinned("rsa:" + digest).attempts(HOST)).containsExactly(Set.of("ssh-rsa"));
    }

    @Test
    void aWholePublicKeyWillDo() {
        String base64 = Base64.getEncoder().encodeToString(rsa);

        assertThat(HostKeys.pinned(base64).refusal(HOST, rsa)).isEmpty();
        assertThat(HostKeys.pinned("ssh-rsa " + base64 + " me@here").refusal(HOST, rsa)).isEmpty();
        assertThat(HostKeys.pinned(base64).refusal(HOST, key)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SHA256:", "SHA256:abc", "MD5:aa:bb", "dsa:x", "rsa:SHA256:x", "AAAA!"})
    void whatIsNoFingerprintIsRefused(String text) {
        assertThatThrownBy(() -> HostKeys.pinned(text)).isInstanceOf(GitException.class);
    }

    private Path file(String text) throws Exception {
        Path file = Files.createTempFile(folder, "known", "_hosts");
        Files.writeString(file, text);
        return file;
    }

    private static String line(String hosts, byte[] blob) {
        return hosts + " " + SshKeys.type(blob) + " " + Base64.getEncoder().encodeToString(blob) + " comment\n";
    }

    private static String hash(String name) throws Exception {
        byte[] salt = "0123456789abcdefghij".getBytes(UTF_8);
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(salt, "HmacSHA1"));
        Base64.Encoder encoder = Base64.getEncoder();
        return "|1|" + encoder.encodeToString(salt) + "|" + encoder.encodeToString(mac.doFinal(name.getBytes(UTF_8)));
    }
}
