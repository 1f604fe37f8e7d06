package org.pinisi.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Who may import whom. A new room, or a new import between rooms, is a decision about the house: make it
/// in this table.
final class FloorsTest {
    private static final JavaClasses CLASSES = ProductClasses.read();

    private static final Map<String, Set<String>> MAY_IMPORT = new TreeMap<>(Map.ofEntries(
            Map.entry("process", Set.of()),
            Map.entry("vault", Set.of()),
            Map.entry("engine", Set.of()),
            Map.entry("flow", Set.of()),
            Map.entry("http", Set.of("flow")),
            Map.entry("image", Set.of()),
            Map.entry("git", Set.of("flow", "http", "process")),
            Map.entry("clock", Set.of("http")),
            Map.entry("certificates", Set.of("flow", "git", "http", "process")),
            Map.entry("edge", Set.of("certificates", "flow", "git", "http")),
            Map.entry("site", Set.of("certificates", "flow", "git", "http")),
            Map.entry("host", Set.of("http", "process", "vault")),
            Map.entry(
                    "deployer",
                    Set.of("certificates", "engine", "git", "image", "http", "process", "vault", "host", "edge")),
            Map.entry("web", Set.of("certificates", "deployer", "edge", "http")),
            Map.entry(
                    "cli",
                    Set.of(
                            "process",
                            "vault",
                            "engine",
                            "flow",
                            "http",
                            "image",
                            "git",
                            "certificates",
                            "clock",
                            "edge",
                            "site",
                            "host",
                            "deployer",
                            "web"))));

    static Stream<String> rooms() {
        return MAY_IMPORT.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void aRoomImportsOnlyFromTheFloorsItStandsOn(String room) {
        String[] allowed = Stream.concat(Stream.of(room), importsOf(room).stream())
                .map(FloorsTest::packageOf)
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(packageOf(room))
                .should()
                .dependOnClassesThat(resideInAPackage("org.pinisi..").and(not(resideInAnyPackage(allowed))))
                .because("%s may import only %s".formatted(room, importsOf(room)))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void everyClassIsInTheOneFlatPackageOfAKnownRoom() {
        classes()
                .should()
                .resideInAnyPackage(rooms().map(FloorsTest::packageOf).toArray(String[]::new))
                .because("a wish for a sub-package is a sign that a new room is due")
                .check(CLASSES);
    }

    @Test
    void theFloorsHaveNoWayBackUp() {
        rooms().forEach(room -> assertThat(reachableFrom(room))
                .as("rooms reachable from %s", room)
                .doesNotContain(room));
    }

    @Test
    void theDeployerTouchesOnlyPublicTypesOfHostAndEdge() {
        noClasses()
                .that()
                .resideInAPackage("org.pinisi.deployer")
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.pinisi.host", "org.pinisi.edge")
                        .and(describe("are not public", FloorsTest::isHidden)))
                .because(
                        "host and edge run as processes of their own; only their clients and specifications are shared")
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void onlyTheHttpEngineAndTheFastestServicesOnItKnowNetty() {
        noClasses()
                .that()
                .resideOutsideOfPackages("org.pinisi.http", "org.pinisi.edge", "org.pinisi.site")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.netty..")
                .because("there is one HTTP engine; everyone else uses it through org.pinisi.http")
                .check(CLASSES);
    }

    private static String packageOf(String room) {
        return "org.pinisi." + room;
    }

    private static Set<String> importsOf(String room) {
        return MAY_IMPORT.getOrDefault(room, Set.of());
    }

    private static Set<String> reachableFrom(String room) {
        Set<String> reached = new TreeSet<>();
        importsOf(room).forEach(below -> {
            reached.add(below);
            reached.addAll(reachableFrom(below));
        });
        return reached;
    }

    private static boolean isHidden(JavaClass type) {
        return !type.getModifiers().contains(JavaModifier.PUBLIC);
    }
}
