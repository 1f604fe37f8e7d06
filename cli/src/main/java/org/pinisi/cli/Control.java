package org.pinisi.cli;

import java.nio.file.Files;
import java.util.Optional;
import org.pinisi.deployer.ControlClient;
import org.pinisi.deployer.DeployerException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Reaches the control plane of a data folder.
final class Control {
    private Control() {}

    /// Work with a running control plane.
    interface Work<T> {
        T with(ControlClient client) throws Exception;
    }

    /// Does `work` with the control plane that runs on the folder.
    ///
    /// @throws CommandException when none does, or when it refuses
    static <T> T call(DataFolder data, Work<T> work) throws Exception {
        if (!Files.exists(data.controlSocket())) {
            throw notRunning(data);
        }
        try (ControlClient client = new ControlClient(data.controlSocket())) {
            return work.with(client);
        } catch (DeployerException refused) {
            String message = String.valueOf(refused.getMessage());
            switch (refused.kind()) {
                case NOT_FOUND -> throw new CommandException(ExitCodes.NOT_FOUND, message);
                case UNREACHABLE -> throw notRunning(data);
                case BAD_REQUEST, FAILED -> throw new CommandException(ExitCodes.FAILED, message);
            }
            throw refused;
        }
    }

    private static CommandException notRunning(DataFolder data) {
        return new CommandException(
                ExitCodes.NOT_RUNNING,
                "Pinisi does not run on the data folder " + data.root()
                        + "; start it with `pinisi up`, or name another with --data");
    }

    /// Where the running installation is reached; empty when none answers.
    static Optional<Whereabouts> whereabouts(DataFolder data) {
        if (!Files.exists(data.controlSocket())) {
            return Optional.empty();
        }
        try (ControlClient client = new ControlClient(data.controlSocket())) {
            JsonMapper mapper = JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build();
            return Optional.of(mapper.readValue(client.status(), Whereabouts.class));
        } catch (DeployerException away) {
            return Optional.empty();
        }
    }

    static void stop(DataFolder data) {
        try (ControlClient client = new ControlClient(data.controlSocket())) {
            client.stop();
        }
    }
}
