package org.pinisi.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pinisi.http.Address;

final class RoutesFileTest {
    @TempDir
    Path folder;

    private Path path = Path.of("");
    private RoutesFile file = new RoutesFile(path, () -> Instant.EPOCH);

    @BeforeEach
    void place() {
        path = folder.resolve("deep/routes.json");
        file = new RoutesFile(path, () -> Instant.ofEpochMilli(1234));
    }

    private static EdgeRoute route(String name, Target target) {
        return new EdgeRoute(name, List.of(name + ".test", "www." + name + ".test"), target);
    }

    @Test
    void holdsNothingAtFirst() {
        assertThat(file.load()).isEmpty();
    }

    @Test
    void givesBackWhatItWasGiven() throws IOException {
        List<EdgeRoute> routes = List.of(
                route("a", new Target.Folder(Path.of("/srv/a b"))),
                route("d", new Target.Folder(Path.of("/srv/d"), Map.of("spa", "true", "listing", "false"))),
                route(
                        "b",
                        Target.Upstreams.of(
                                new Upstream("b-1", Address.parse("127.0.0.1:80")),
                                new Upstream("b-2", Address.parse("unix:/run/b.sock")))),
                route("c", new Target.Upstreams(List.of())));
        file.save(List.of());
        file.save(routes);
        assertThat(file.load()).isEqualTo(routes);
        try (Stream<Path> files = Files.list(path.resolveSibling("."))) {
            assertThat(files.map(Path::getFileName).map(Path::toString)).containsExactly("routes.json");
        }
    }

    @Test
    void startsEmptyAndKeepsADamagedFileAside() throws IOException {
        Files.createDirectories(folder.resolve("deep"));
        Files.writeString(path, "{\"routes\": [{\"na");
        assertThat(file.load()).isEmpty();
        assertThat(folder.resolve("deep/routes.json.damaged-1234")).hasContent("{\"routes\": [{\"na");
    }

    @Test
    void leavesOutOnlyTheRouteThatIsWrong() throws IOException {
        EdgeRoute good = route("good", new Target.Upstreams(List.of()));
        file.save(List.of(good, route("bad", new Target.Upstreams(List.of()))));
        Files.writeString(path, Files.readString(path).replace("\"bad\"", "\"B A D\""));
        assertThat(file.load()).containsExactly(good);
        assertThat(folder.resolve("deep/routes.json.damaged-1234")).exists();
    }

    @Test
    void leavesOutARouteThatTakesTheHostOfAnother() {
        EdgeRoute first = new EdgeRoute("a", List.of("a.test"), new Target.Upstreams(List.of()));
        EdgeRoute second = new EdgeRoute("b", List.of("a.test"), new Target.Upstreams(List.of()));
        file.save(List.of(first, second));
        assertThat(file.load()).containsExactly(first);
    }

    @Test
    void saysThatNothingWasChangedWhenItCannotWrite() throws IOException {
        Files.writeString(folder.resolve("deep"), "a file where a folder should be");
        assertThatThrownBy(() -> file.save(List.of()))
                .isInstanceOf(EdgeException.class)
                .hasMessageContaining("nothing was changed")
                .hasMessageContaining("routes.json");
    }
}
