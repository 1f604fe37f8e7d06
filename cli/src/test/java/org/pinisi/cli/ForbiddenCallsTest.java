package org.pinisi.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.properties.HasName;
import java.io.File;
import java.io.FileReader;
import java.io.FileWriter;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Calls that compile and mostly work, and are wrong here: each with its reason and what to use instead.
final class ForbiddenCallsTest {
    private static final JavaClasses CLASSES = ProductClasses.read();

    private static final String CHARSET = "depends on the machine's charset; name one: StandardCharsets.UTF_8";
    private static final String LOCALE = "depends on the machine's language (Turkish i); pass Locale.ROOT";
    private static final String THREAD =
            "makes unnamed threads, useless in a thread dump; use Thread.ofVirtual().name(…) or its factory()";
    private static final String SERIAL = "Java serialisation runs code from data; write JSON";

    /// A member that must not be used. Without `parameters`, all overloads; the name `<init>` is the
    /// constructor.
    record Forbidden(Class<?> owner, String name, Optional<List<String>> parameters, String reason) {
        boolean matches(JavaAccess<?> access) {
            JavaClass target = access.getTargetOwner();
            boolean owned = name.equals("<init>") ? target.isEquivalentTo(owner) : target.isAssignableTo(owner);
            return owned
                    && access.getTarget().getName().equals(name)
                    && (parameters.isEmpty() || parameters.get().equals(parametersOf(access)));
        }

        private static List<String> parametersOf(JavaAccess<?> access) {
            return access.getTarget() instanceof CodeUnitAccessTarget unit
                    ? unit.getRawParameterTypes().stream().map(HasName::getName).toList()
                    : List.of();
        }

        @Override
        public String toString() {
            return owner.getSimpleName() + "." + name
                    + parameters.map(List::toString).orElse("");
        }
    }

    static Stream<Forbidden> forbiddenEverywhere() {
        return Stream.of(
                exactly(String.class, "getBytes", CHARSET),
                exactly(String.class, "<init>", CHARSET, byte[].class),
                exactly(FileReader.class, "<init>", CHARSET, File.class),
                exactly(FileReader.class, "<init>", CHARSET, String.class),
                exactly(FileWriter.class, "<init>", CHARSET, File.class),
                exactly(FileWriter.class, "<init>", CHARSET, String.class),
                exactly(InputStreamReader.class, "<init>", CHARSET, InputStream.class),
                exactly(OutputStreamWriter.class, "<init>", CHARSET, OutputStream.class),
                exactly(String.class, "toLowerCase", LOCALE),
                exactly(String.class, "toUpperCase", LOCALE),
                exactly(Thread.class, "<init>", THREAD),
                exactly(Thread.class, "<init>", THREAD, Runnable.class),
                exactly(Thread.class, "startVirtualThread", THREAD, Runnable.class),
                exactly(Executors.class, "newVirtualThreadPerTaskExecutor", THREAD),
                exactly(Executors.class, "newCachedThreadPool", THREAD),
                exactly(Executors.class, "newFixedThreadPool", THREAD, int.class),
                exactly(Executors.class, "newSingleThreadExecutor", THREAD),
                exactly(Executors.class, "newSingleThreadScheduledExecutor", THREAD),
                exactly(Executors.class, "newScheduledThreadPool", THREAD, int.class),
                exactly(
                        CompletableFuture.class,
                        "supplyAsync",
                        "runs in the common pool; name an executor",
                        Supplier.class),
                exactly(
                        CompletableFuture.class,
                        "runAsync",
                        "runs in the common pool; name an executor",
                        Runnable.class),
                any(
                        Thread.class,
                        "sleep",
                        "sleeps through what it waits for; wait on a lock, queue or future with a deadline"),
                any(Thread.class, "stop", "does not exist any more; interrupt"),
                any(ObjectInputStream.class, "<init>", SERIAL),
                any(ObjectOutputStream.class, "<init>", SERIAL),
                any(File.class, "delete", "does not say why it failed; use Files.delete"),
                any(File.class, "renameTo", "does not say why it failed; use Files.move with ATOMIC_MOVE"),
                any(File.class, "mkdirs", "does not say why it failed; use Files.createDirectories"),
                any(Runtime.class, "exec", "splits a string at blanks; use org.pinisi.process"),
                any(Math.class, "random", "cannot be repeated in a test; pass a RandomGenerator or SecureRandom"),
                exactly(Throwable.class, "printStackTrace", "bypasses the log; log the exception once"));
    }

    static Stream<Forbidden> forbiddenOutsideTheCommandLine() {
        String reason = "only the command line talks to the terminal or ends the process; log, or return a result";
        return Stream.of(
                any(System.class, "out", reason),
                any(System.class, "err", reason),
                any(System.class, "exit", reason),
                exactly(Instant.class, "now", "cannot be set in a test; pass an InstantSource"),
                any(System.class, "currentTimeMillis", "cannot be set in a test; pass an InstantSource"));
    }

    @ParameterizedTest
    @MethodSource("forbiddenEverywhere")
    void noRoomUses(Forbidden forbidden) {
        noClasses()
                .should()
                .accessTargetWhere(describe(forbidden.toString(), forbidden::matches))
                .because("it " + forbidden.reason())
                .check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("forbiddenOutsideTheCommandLine")
    void noRoomButTheCommandLineUses(Forbidden forbidden) {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.pinisi.cli")
                .should()
                .accessTargetWhere(describe(forbidden.toString(), forbidden::matches))
                .because(forbidden.reason())
                .check(CLASSES);
    }

    @Test
    void logsGoThroughSlf4jOnly() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.util.logging..", "org.apache.commons.logging..", "org.apache.log4j..")
                .because("slf4j carries every log line here")
                .check(CLASSES);
    }

    @Test
    void aForbiddenCallIsFoundWhenThereIsOne() {
        // Guards the guard: String.strip() is used in this room.
        Forbidden used = any(String.class, "strip", "is an example");
        boolean found = CLASSES.stream()
                .map(JavaClass::getAccessesFromSelf)
                .flatMap(Collection::stream)
                .anyMatch(used::matches);
        assertThat(found).isTrue();
    }

    private static Forbidden exactly(Class<?> owner, String name, String reason, Class<?>... parameters) {
        List<String> names = Stream.of(parameters).map(Class::getName).toList();
        return new Forbidden(owner, name, Optional.of(names), reason);
    }

    private static Forbidden any(Class<?> owner, String name, String reason) {
        return new Forbidden(owner, name, Optional.empty(), reason);
    }
}
