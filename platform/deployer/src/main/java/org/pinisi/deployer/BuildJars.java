package org.pinisi.deployer;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/// Finds what can be run among the jars that a build tool made.
final class BuildJars {
    private static final List<String> NOT_THE_APP =
            List.of("-sources.jar", "-javadoc.jar", "-tests.jar", "-test-sources.jar", "-plain.jar");
    private static final List<String> WHOLE = List.of(
            "-jar-with-dependencies.jar", "-all.jar", "-fat.jar", "-shaded.jar", "-uber.jar", "-standalone.jar");

    private BuildJars() {}

    /// A jar of the app.
    ///
    /// @param file where it is
    /// @param mainClass what its manifest names
    /// @param whole whether it brings its libraries along
    record AppJar(Path file, Optional<String> mainClass, boolean whole) {}

    /// The app's jars in a folder of build results, those that can be run alone first; empty when there is no
    /// folder.
    static List<AppJar> in(Path folder) throws IOException {
        // A build may have put a link here that leads to files of ours.
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return List.of();
        }
        List<AppJar> jars = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(BuildJars::isApp).sorted().toList()) {
                jars.add(read(file));
            }
        }
        jars.sort((left, right) -> Integer.compare(rank(left), rank(right)));
        return List.copyOf(jars);
    }

    private static int rank(AppJar jar) {
        return (jar.mainClass().isPresent() ? 0 : 2) + (jar.whole() ? 0 : 1);
    }

    private static boolean isApp(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar")
                && !name.startsWith("original-")
                && NOT_THE_APP.stream().noneMatch(name::endsWith)
                && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    private static AppJar read(Path file) throws IOException {
        String name = file.getFileName().toString();
        try (JarFile jar = new JarFile(file.toFile())) {
            Manifest manifest = jar.getManifest();
            Attributes main = manifest == null ? new Attributes() : manifest.getMainAttributes();
            boolean whole = WHOLE.stream().anyMatch(name::endsWith)
                    || main.getValue("Start-Class") != null
                    || Files.exists(file.resolveSibling("original-" + name));
            return new AppJar(file, Optional.ofNullable(main.getValue(Attributes.Name.MAIN_CLASS)), whole);
        }
    }

    /// The classes with a `public static void main(String[])` below a folder of class files.
    static List<String> mainClasses(Path classes) throws IOException {
        List<String> found = new ArrayList<>();
        if (!Files.isDirectory(classes)) {
            return found;
        }
        for (Path file : BuildFiles.find(classes, ".class", 30)) {
            ClassModel model = ClassFile.of().parse(file);
            if (model.methods().stream().anyMatch(BuildJars::isMain)) {
                found.add(model.thisClass().asInternalName().replace('/', '.'));
            }
        }
        return found;
    }

    private static boolean isMain(MethodModel method) {
        return method.methodName().equalsString("main")
                && method.methodType().equalsString("([Ljava/lang/String;)V")
                && method.flags().has(AccessFlag.STATIC)
                && method.flags().has(AccessFlag.PUBLIC);
    }
}
