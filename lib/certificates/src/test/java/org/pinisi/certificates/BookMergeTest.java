package org.pinisi.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.pinisi.git.ConflictResolver.Choice;
import org.pinisi.git.ConflictResolver.Conflict;
import org.pinisi.git.StoreKey;
import org.pinisi.http.Certified;

class BookMergeTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final StoreKey CERTIFICATE = new StoreKey("names/example.org/certificate.pem");
    private static final StoreKey ENTRY = new StoreKey("names/example.org/entry.json");
    private static final StoreKey SEALS = new StoreKey("seal.json");

    private final BookMerge merge = new BookMerge();

    private static Choice choice(BookMerge merge, StoreKey key, byte[] base, byte[] ours, byte[] theirs) {
        return merge.resolve(new Conflict(
                key,
                Optional.of(base).filter(bytes -> bytes.length > 0),
                Optional.of(ours).filter(bytes -> bytes.length > 0),
                Optional.of(theirs).filter(bytes -> bytes.length > 0)));
    }

    private static byte[] certificate(int days) {
        Certified certified = TestCertificate.of(NOW, NOW.plusSeconds(86_400L * days), "example.org");
        return new CertificateFile(certified.chain(), new byte[] {1, 2, 3}).write("example.org");
    }

    private static byte[] entry(EntryFile entry) {
        return entry.write(Optional.empty());
    }

    private static Attempt attempt(int second) {
        return new Attempt(
                NOW.plusSeconds(second),
                Attempt.Outcome.FAILED,
                "authority",
                Optional.empty(),
                "words " + second,
                Optional.empty());
    }

    @Test
    void theCertificateThatLivesLongerStays() {
        byte[] shorter = certificate(30);
        byte[] longer = certificate(90);
        byte[] none = new byte[0];
        assertThat(choice(merge, CERTIFICATE, none, longer, shorter)).isInstanceOf(Choice.Ours.class);
        assertThat(choice(merge, CERTIFICATE, none, shorter, longer)).isInstanceOf(Choice.Theirs.class);
    }

    @Test
    void ofCertificatesThatLiveEquallyLongBothSidesChooseTheSame() {
        byte[] one = certificate(90);
        byte[] other = certificate(90);
        boolean ours = choice(merge, CERTIFICATE, new byte[0], one, other) instanceof Choice.Ours;
        boolean theirs = choice(merge, CERTIFICATE, new byte[0], other, one) instanceof Choice.Theirs;
        assertThat(ours).isEqualTo(theirs);
    }

    @Test
    void aCertificateThatCannotBeReadGivesWay() {
        byte[] broken = "broken".getBytes(UTF_8);
        assertThat(choice(merge, CERTIFICATE, new byte[0], broken, certificate(1)))
                .isInstanceOf(Choice.Theirs.class);
        assertThat(choice(merge, CERTIFICATE, new byte[0], certificate(1), broken))
                .isInstanceOf(Choice.Ours.class);
    }

    @Test
    void whatAPersonRemovedStaysRemoved() {
        byte[] none = new byte[0];
        for (StoreKey key : List.of(CERTIFICATE, ENTRY)) {
            assertThat(choice(merge, key, certificate(1), none, certificate(90)))
                    .isInstanceOf(Choice.Ours.class);
            assertThat(choice(merge, key, certificate(1), certificate(90), none))
                    .isInstanceOf(Choice.Theirs.class);
        }
    }

    @Test
    void aSealIsNeverLost() {
        byte[] none = new byte[0];
        byte[] some = seals("one");
        assertThat(choice(merge, SEALS, some, none, some)).isInstanceOf(Choice.Theirs.class);
        assertThat(choice(merge, SEALS, some, some, none)).isInstanceOf(Choice.Ours.class);
        Choice both = choice(merge, SEALS, none, seals("one"), seals("two"));
        assertThat(both)
                .isInstanceOfSatisfying(
                        Choice.Merged.class,
                        merged -> assertThat(SealFile.read(merged.value())).hasSize(2));
    }

    private static byte[] seals(String words) {
        try (PassPhrase phrase = PassPhrase.of((words + " horse").toCharArray());
                KeySeal seal = new KeySeal(phrase)) {
            return SealFile.write(List.of(seal.create(SealCost.LEAST, NOW)));
        }
    }

    @Test
    void triesOfBothArePutTogetherInOrderOfTime() {
        EntryFile base = EntryFile.EMPTY.with(attempt(1));
        assertThat(merged(base, base.with(attempt(3)), base.with(attempt(2))).attempts())
                .containsExactly(attempt(1), attempt(2), attempt(3));
    }

    @Test
    void aTargetThatOneSideChangedIsTaken() {
        EntryFile base = EntryFile.EMPTY.withTarget(Optional.of("10.0.0.1"));
        EntryFile changed = base.withTarget(Optional.of("10.0.0.2"));
        EntryFile tried = base.with(attempt(1));
        assertThat(merged(base, changed, tried).target()).contains("10.0.0.2");
        assertThat(merged(base, tried, changed).target()).contains("10.0.0.2");
    }

    @Test
    void theDescriptionGoesWithTheCertificateThatStays() {
        EntryFile.Description shorter =
                new EntryFile.Description("aa", NOW.plusSeconds(10), Provenance.given("one", NOW));
        EntryFile.Description longer =
                new EntryFile.Description("bb", NOW.plusSeconds(20), Provenance.given("two", NOW));
        EntryFile our = EntryFile.EMPTY.withCertificate(shorter);
        EntryFile their = EntryFile.EMPTY.withCertificate(longer);
        assertThat(merged(EntryFile.EMPTY, our, their).certificate()).contains(longer);
        assertThat(merged(EntryFile.EMPTY, their, our).certificate()).contains(longer);
        assertThat(merged(our, our.with(attempt(1)), their).certificate()).contains(longer);
    }

    @Test
    void anEntryThatCannotBeReadGivesWay() {
        byte[] broken = Arrays.copyOf("{".getBytes(UTF_8), 1);
        byte[] good = entry(EntryFile.EMPTY.with(attempt(1)));
        assertThat(choice(merge, ENTRY, new byte[0], broken, good)).isInstanceOf(Choice.Theirs.class);
        assertThat(choice(merge, ENTRY, new byte[0], good, broken)).isInstanceOf(Choice.Ours.class);
    }

    private EntryFile merged(EntryFile base, EntryFile ours, EntryFile theirs) {
        Choice choice = choice(merge, ENTRY, entry(base), entry(ours), entry(theirs));
        return EntryFile.read(((Choice.Merged) choice).value());
    }
}
