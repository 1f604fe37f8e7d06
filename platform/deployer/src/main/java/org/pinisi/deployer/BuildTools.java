package org.pinisi.deployer;

import java.nio.file.Path;
import java.util.Map;

/// What builds may use of this machine.
///
/// @param javaHome the JDK that compiles and runs Java apps, the running one as a rule
/// @param environment our own environment, of which only an allow list (proxies, certificates, registries) reaches
///     a build
record BuildTools(Path javaHome, Map<String, String> environment) {
    BuildTools {
        environment = Map.copyOf(environment);
    }

    /// The running Java and our own environment.
    static BuildTools ofThisMachine() {
        return new BuildTools(Path.of(System.getProperty("java.home")), System.getenv());
    }
}
