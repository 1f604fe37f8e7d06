import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes the jars of a dist folder quick to start from: `java Prepare.java DIST`. Doing it again changes
/// nothing.
///
/// - Signatures of jars go: the JVM keeps no class of a signed jar in an AOT cache, and checks each of them at each start.
///   Maven has checked the jars' sums when it fetched them.
/// - Classes for Java 5 (picocli's) get the stack maps and the version number of Java 8: the JVM caches no older class than
///   those of Java 6.
/// - Native libraries are unpacked to `DIST/native`, where `arguments.sh` points to: otherwise each start unpacks its own.
final class Prepare {
    private static final String SQLITE = "org/sqlite/native/Linux/%s/libsqlitejdbc.so";
    private static final String EPOLL = "META-INF/native/libnetty_transport_native_epoll_%s.so";

    private static final int JAVA_6 = 50;
    private static final int JAVA_8 = 52;
    private static final ClassTransform BODIES = ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL);
    private static final ClassTransform VERSION = (out, element) -> {
        if (element instanceof ClassFileVersion) {
            out.withVersion(JAVA_8, 0);
        } else {
            out.with(element);
        }
    };

    private Prepare() {}

    public static void main(String[] arguments) throws IOException {
        Path dist = Path.of(arguments[0]);
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        Path libraries = Files.createDirectories(dist.resolve("native"));
        try (Stream<Path> files = Files.list(dist.resolve("lib"))) {
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                try (FileSystem content = FileSystems.newFileSystem(jar)) {
                    unpack(content, SQLITE.formatted(arm ? "aarch64" : "x86_64"), libraries);
                    unpack(content, EPOLL.formatted(arm ? "aarch_64" : "x86_64"), libraries);
                    removeSignature(content);
                    renew(content, jar);
                }
            }
        }
    }

    private static void unpack(FileSystem jar, String name, Path folder) throws IOException {
        Path library = jar.getPath(name);
        if (Files.exists(library)) {
            Files.copy(library, folder.resolve(library.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void removeSignature(FileSystem jar) throws IOException {
        Path information = jar.getPath("META-INF");
        if (!Files.isDirectory(information)) {
            return;
        }
        List<Path> signatures;
        try (Stream<Path> files = Files.list(information)) {
            signatures = files.filter(file -> file.toString().matches(".*\\.(SF|RSA|DSA|EC)")).toList();
        }
        if (signatures.isEmpty()) {
            return;
        }
        for (Path signature : signatures) {
            Files.delete(signature);
        }
        Path file = information.resolve("MANIFEST.MF");
        Manifest manifest = new Manifest();
        try (InputStream in = Files.newInputStream(file)) {
            manifest.read(in);
        }
        // One section for each class, with its sum, which nobody reads any more.
        manifest.getEntries().values().removeIf(Prepare::isSum);
        try (OutputStream out = Files.newOutputStream(file)) {
            manifest.write(out);
        }
    }

    private static void renew(FileSystem jar, Path file) throws IOException {
        List<Path> classes;
        try (Stream<Path> files = Files.walk(jar.getPath("/"))) {
            classes = files.filter(name -> name.toString().endsWith(".class")).collect(Collectors.toList());
        }
        classes.removeIf(name -> name.endsWith("module-info.class"));
        // The classes of a jar are of one compiler, so one answers for all.
        if (classes.isEmpty() || ClassFile.of().parse(Files.readAllBytes(classes.getFirst())).majorVersion() >= JAVA_6) {
            return;
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {file.toUri().toURL()})) {
            ClassFile tool = ClassFile.of(
                    ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(loader)
                            .orElse(ClassHierarchyResolver.defaultResolver())));
            for (Path name : classes) {
                ClassModel old = tool.parse(Files.readAllBytes(name));
                if (old.majorVersion() < JAVA_6) {
                    Files.write(name, tool.transformClass(old, BODIES.andThen(VERSION)));
                }
            }
        }
    }

    private static boolean isSum(Attributes attributes) {
        return attributes.keySet().stream().allMatch(name -> name.toString().endsWith("-Digest"));
    }
}
