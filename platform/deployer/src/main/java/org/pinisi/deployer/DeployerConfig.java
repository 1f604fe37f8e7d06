package org.pinisi.deployer;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import org.pinisi.vault.Vault;

/// How a deployer is set up.
///
/// @param data the folder of all state: the database, images, job logs, build caches
/// @param hostSocket where the host listens
/// @param edgeSocket where the edge's admin interface listens
/// @param edgePort the port under which people reach the edge, for addresses that are shown
/// @param edgeTlsPort the port of its addresses with TLS; empty when it has none
/// @param hidden folders that no build may see; the data folder is always among them
/// @param vault seals the secrets
/// @param keptReleases how many releases of an app can be rolled back to
/// @param imageBudgetBytes what images that are needed no more may take up before they are deleted
/// @param clock the time
public record DeployerConfig(
        Path data,
        Path hostSocket,
        Path edgeSocket,
        int edgePort,
        OptionalInt edgeTlsPort,
        List<Path> hidden,
        Vault vault,
        int keptReleases,
        long imageBudgetBytes,
        InstantSource clock) {
    private static final int DEFAULT_RELEASES = 10;
    private static final long DEFAULT_BUDGET = 2L << 30;

    /// @throws DeployerException when a value is out of its range
    public DeployerConfig {
        hidden = List.copyOf(hidden);
        if (!data.isAbsolute()) {
            throw DeployerException.badRequest("data: expected an absolute path, found " + data);
        }
        if (keptReleases < 1) {
            throw DeployerException.badRequest("keptReleases: expected at least 1, found " + keptReleases);
        }
    }

    /// What stands behind a name in an https address: `:8443`, or nothing for the usual port.
    String securePort() {
        return edgeTlsPort.isEmpty() || edgeTlsPort.getAsInt() == 443 ? "" : ":" + edgeTlsPort.getAsInt();
    }

    /// The usual set-up.
    public static DeployerConfig of(
            Path data,
            Path hostSocket,
            Path edgeSocket,
            int edgePort,
            OptionalInt edgeTlsPort,
            List<Path> hidden,
            Vault vault) {
        return new DeployerConfig(
                data,
                hostSocket,
                edgeSocket,
                edgePort,
                edgeTlsPort,
                hidden,
                vault,
                DEFAULT_RELEASES,
                DEFAULT_BUDGET,
                InstantSource.system());
    }
}
