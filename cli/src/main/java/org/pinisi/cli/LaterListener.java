package org.pinisi.cli;

import org.pinisi.deployer.Deployer;
import org.pinisi.git.GitRepository;
import org.pinisi.git.Push;
import org.pinisi.git.PushListener;
import org.pinisi.git.PushProgress;
import org.pinisi.git.PushRejected;

/// The deployer's listener for a Git server that starts beside the deployer: a push that comes this early
/// waits for it.
final class LaterListener implements PushListener {
    private final Parts.Later<Deployer> deployer;

    LaterListener(Parts.Later<Deployer> deployer) {
        this.deployer = deployer;
    }

    @Override
    public void review(GitRepository repository, Push push) throws PushRejected {
        listener().review(repository, push);
    }

    @Override
    public void accepted(GitRepository repository, Push push, PushProgress progress) {
        listener().accepted(repository, push, progress);
    }

    private PushListener listener() {
        try {
            return deployer.get().pushListener();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the deployer", cancelled);
        } catch (Exception failure) {
            throw new IllegalStateException("the deployer did not start: " + failure.getMessage(), failure);
        }
    }
}
