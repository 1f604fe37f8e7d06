package org.pinisi.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryStoreTest {
    private static final RepositoryName ONE = new RepositoryName("one");

    @TempDir
    Path folder;

    @BeforeEach
    void measure() {
        Disk.measure(folder);
    }

    @Test
    void makesARepositoryOnceAndFindsItAlsoAfterARestart() {
        try (RepositoryStore store = open()) {
            assertThat(store.find(ONE)).isEmpty();
            GitRepository made = store.create(ONE);
            assertThat(store.create(ONE)).isSameAs(made);
        }
        try (RepositoryStore store = open()) {
            assertThat(store.list()).containsExactly(ONE);
            assertThat(store.find(ONE).orElseThrow().branches()).isEmpty();
        }
    }

    @Test
    void headOfANewRepositoryIsMain() throws Exception {
        try (RepositoryStore store = open()) {
            store.create(ONE);

            assertThat(folder.resolve("one.git/HEAD")).hasContent("ref: refs/heads/main\n");
            assertThat(Files.readString(folder.resolve("one.git/config"))).contains("bare = true");
        }
    }

    @Test
    void listsNothingThatIsNotARepositoryOfItsOwn() throws Exception {
        try (RepositoryStore store = open()) {
            store.create(ONE);
            Files.createDirectory(folder.resolve("half.git"));
            Files.createDirectory(folder.resolve("Big.git"));
            Files.createFile(folder.resolve("notes.txt"));

            assertThat(store.list()).containsExactly(ONE);
        }
    }

    @Test
    void aSecondStoreMayNotHaveTheSameFolder() {
        try (RepositoryStore store = open()) {
            assertThat(store.list()).isEmpty();
            assertThatThrownBy(this::open)
                    .isInstanceOf(GitException.class)
                    .hasMessageContaining("in use by another Pinisi");
        }
    }

    @Test
    void openingRemovesWhatAKilledProgramLeftBehind() throws Exception {
        try (RepositoryStore store = open()) {
            store.create(ONE);
            store.enter(new RepositoryName("newborn"));
        }
        Files.createDirectories(folder.resolve(".new-1/objects"));
        Files.createDirectories(folder.resolve("one.git/incoming/push-1/pack"));
        Path lock = Files.createFile(folder.resolve("one.git/refs/heads/main.lock"));

        try (RepositoryStore store = open()) {
            assertThat(store.list()).containsExactly(ONE);
            assertThat(folder.resolve("newborn.git")).doesNotExist();
            assertThat(folder.resolve(".new-1")).doesNotExist();
            assertThat(folder.resolve("one.git/incoming")).doesNotExist();
            assertThat(lock).doesNotExist();
        }
    }

    @Test
    void aRepositoryThatVanishesIsNoLongerFound() throws Exception {
        try (RepositoryStore store = open()) {
            store.create(ONE);
            Folders.delete(folder.resolve("one.git"));

            assertThat(store.find(ONE)).isEmpty();
            assertThat(store.create(ONE).branches()).isEmpty();
        }
    }

    @Test
    void jgitSeesNoConfigurationOfTheUserOrTheSystemAndWritesNone() throws Exception {
        try (RepositoryStore store = open()) {
            assertThat(store.list()).isEmpty();
            SystemReader reader = SystemReader.getInstance();

            assertThat(reader.getenv("HOME")).isNull();
            FileBasedConfig user = reader.openUserConfig(null, FS.DETECTED);
            assertThat(user.getString("user", null, "name")).isNull();
            assertThat(user.getBoolean("core", "fsyncRefFiles", false)).isTrue();
            user.setString("user", null, "name", "nobody");
            user.save();
            assertThat(reader.getUserConfig().getString("user", null, "name")).isNull();
        }
    }

    private RepositoryStore open() {
        return RepositoryStore.open(folder, GitLimits.DEFAULT);
    }
}
