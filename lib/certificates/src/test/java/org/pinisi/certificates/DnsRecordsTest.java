package org.pinisi.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.certificates.DnsProvider.TransactionKey;

/// Records of DNS-01: signed updates, hooks, and the wait until the zone's servers show them.
final class DnsRecordsTest {
    private static final SubjectName NAME = SubjectName.parse("example.org");
    private static final String RECORD = "_acme-challenge.example.org";

    @TempDir
    Path folder;

    private TestDns dns;

    @BeforeEach
    void startDns() throws Exception {
        dns = new TestDns();
        dns.zone("example.org");
    }

    @AfterEach
    void stopDns() throws Exception {
        dns.close();
    }

    private DnsRecords records(DnsProvider... providers) {
        DnsSettings settings = new DnsSettings(
                List.of(dns.address()), true, true, Set.of(), 80, dns.address().getPort(), Duration.ofMillis(300));
        return new DnsRecords(List.of(providers), new Questions(settings), settings, new Patience());
    }

    private DnsProvider hook(String script, Duration deadline) throws Exception {
        Path file = folder.resolve("hook");
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new DnsProvider.Hook("", List.of(file.toString()), deadline);
    }

    @Test
    void aRecordIsSetByASignedUpdateAndTakenDownAgain() throws Exception {
        DnsRecords records = records(new DnsProvider.Update("example.org", dns.address(), TestDns.KEY));
        ChallengeBoard.Posted posted = records.post(NAME, RECORD, "proof");
        assertThat(dns.texts(RECORD)).hasSize(1);
        posted.takeDown();
        assertThat(dns.texts(RECORD)).isEmpty();
    }

    @Test
    void twoProofsOfOneNameStandBesideEachOther() throws Exception {
        DnsRecords records = records(new DnsProvider.Update("example.org", dns.address(), TestDns.KEY));
        ChallengeBoard.Posted first = records.post(NAME, RECORD, "first");
        records.post(NAME, RECORD, "second");
        first.takeDown();
        assertThat(dns.texts(RECORD))
                .singleElement()
                .satisfies(record -> assertThat(record.rdataToString()).contains("second"));
    }

    @Test
    void anUpdateWithAWrongKeyIsRefusedAndSaysWhereToLook() {
        TransactionKey wrong = new TransactionKey("test-key.", "hmac-sha256", "d3JvbmctLXdyb25nLXdyb25nCg==");
        DnsRecords records = records(new DnsProvider.Update("example.org", dns.address(), wrong));
        assertThatThrownBy(() -> records.post(NAME, RECORD, "proof"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("update of " + RECORD);
        assertThat(dns.updates()).isEmpty();
    }

    @Test
    void aRecordThatTheServersDoNotShowIsTakenDownAndSaid() throws Exception {
        DnsRecords records = records(hook("echo \"$1\" >> " + folder.resolve("calls"), Duration.ofSeconds(5)));
        assertThatThrownBy(() -> records.post(NAME, RECORD, "proof"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("does not show it");
        assertThat(Files.readAllLines(folder.resolve("calls"))).containsExactly("present", "cleanup");
    }

    @Test
    void aHookThatFailsIsQuoted() throws Exception {
        DnsRecords records = records(hook("echo no such zone; exit 3", Duration.ofSeconds(5)));
        assertThatThrownBy(() -> records.post(NAME, RECORD, "proof"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("failed")
                .hasMessageContaining("no such zone");
    }

    @Test
    void aHookThatHangsIsEnded() throws Exception {
        DnsRecords records = records(hook("sleep 60", Duration.ofMillis(200)));
        assertThatThrownBy(() -> records.post(NAME, RECORD, "proof"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("took longer");
    }

    @Test
    void aHookThatIsNotThereIsNamed() {
        DnsRecords records = records(new DnsProvider.Hook("", List.of("/no/such/hook"), Duration.ofSeconds(5)));
        assertThatThrownBy(() -> records.post(NAME, RECORD, "proof"))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining("/no/such/hook");
    }

    @Test
    void aProviderServesTheNamesOfItsDomain() {
        DnsRecords records =
                records(new DnsProvider.Hook("other.example", List.of("/no/such/hook"), Duration.ofSeconds(5)));
        assertThat(records.serves(NAME)).isFalse();
        assertThat(records.serves(SubjectName.parse("*.a.other.example"))).isTrue();
    }

    @Test
    void secretsAreInNoText() {
        DnsProvider provider = new DnsProvider.Update("example.org", dns.address(), TestDns.KEY);
        assertThat(provider.toString()).doesNotContain(TestDns.KEY.secret());
        assertThat(Pebble.ACCOUNT.toString()).doesNotContain(Pebble.ACCOUNT.key());
    }
}
