package org.pinisi.deployer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.vault.Vault;

class ReleasesTest {
    private static final String COMMIT = "a".repeat(40);

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock();
    private DeployStore store;
    private Releases releases;
    private Apps apps;

    @BeforeEach
    void open() {
        Vault vault = Vault.open(folder.resolve("keys/key"));
        store = DeployStore.open(folder.resolve("pinisi.db"));
        releases = new Releases(store, vault, new Json(), clock);
        apps = new Apps(store, vault, clock);
        apps.create("clock");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void numbersGrowAndAnEqualDraftIsTheSameRelease() {
        Release first = releases.make(draft("one", Map.of()));
        Release second = releases.make(draft("two", Map.of()));
        Release again = releases.make(draft("one", Map.of()));

        assertThat(first.number()).isEqualTo(1);
        assertThat(second.number()).isEqualTo(2);
        assertThat(again).isEqualTo(first);
    }

    @Test
    void whatIsReadIsWhatWasMade() {
        Release made = releases.make(draft("one", Map.of("KEY", "hunter2")));

        assertThat(releases.get("clock", 1)).isEqualTo(made);
    }

    @Test
    void aReleaseKeepsItsSecretsWhateverBecomesOfTheApps() {
        apps.set("clock", "KEY", "old value", true);
        releases.make(draft("one", apps.secrets("clock")));
        apps.set("clock", "KEY", "new value", true);
        releases.make(draft("two", apps.secrets("clock")));

        assertThat(releases.secrets("clock", 1)).isEqualTo(Map.of("KEY", "old value"));
        assertThat(releases.secrets("clock", 2)).isEqualTo(Map.of("KEY", "new value"));
    }

    @Test
    void aSecretStandsInNoFileInClear() throws Exception {
        apps.set("clock", "KEY", "hunter2-is-my-password", true);
        releases.make(draft("one", apps.secrets("clock")));
        store.close();

        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), UTF_8)).doesNotContain("hunter2-is-my-password");
            }
        }
        store = DeployStore.open(folder.resolve("pinisi.db"));
    }

    @Test
    void listsShowTheNamesOfSecretsAndNoValue() {
        apps.set("clock", "KEY", "hunter2", true);
        apps.set("clock", "COLOUR", "blue", false);

        assertThat(apps.settings("clock"))
                .containsExactly(new Apps.Setting("COLOUR", false, "blue"), new Apps.Setting("KEY", true, ""));
        assertThat(releases.make(draft("one", apps.secrets("clock"))).toString())
                .doesNotContain("hunter2");
    }

    @Test
    void refusesNamesThatCannotBeInAnEnvironmentAndThoseThatAreOurs() {
        for (String name : List.of("", "1A", "A-B", "A=B", "PORT", "PINISI_APP", "Ä")) {
            assertThatThrownBy(() -> apps.set("clock", name, "value", false))
                    .as(name)
                    .isInstanceOf(DeployerException.class);
        }
    }

    @Test
    void anUnknownReleaseSaysHowToListThem() {
        assertThatThrownBy(() -> releases.get("clock", 9))
                .hasMessage("clock has no release 9; `pinisi releases clock` lists them");
    }

    @Test
    void aDatabaseOfANewerVersionIsRefusedAndLeftAlone() {
        store.write(tables -> tables.execute("INSERT INTO deployer_schema (version) VALUES (99)"));
        store.close();

        assertThatThrownBy(() -> DeployStore.open(folder.resolve("pinisi.db")))
                .hasMessageContaining("newer Pinisi (schema 99");
        // So that the common end of the tests has something to close.
        store = DeployStore.open(folder.resolve("another.db"));
    }

    private static Releases.Draft draft(String identity, Map<String, String> secrets) {
        return new Releases.Draft(
                "clock",
                identity,
                COMMIT,
                "main",
                "a subject",
                "sha256:" + "0".repeat(64),
                List.of("java", "Clock"),
                Release.Settings.of(AppConfig.defaults(), Map.of("COLOUR", "blue")),
                secrets,
                "Java source");
    }
}
