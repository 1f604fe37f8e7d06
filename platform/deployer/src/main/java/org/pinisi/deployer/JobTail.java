package org.pinisi.deployer;

import java.time.Duration;
import org.pinisi.engine.EngineException;
import org.pinisi.engine.Jobs;
import org.pinisi.engine.LogReader;

/// The log of one of the engine's jobs.
final class JobTail implements Tail {
    private final LogReader reader;

    JobTail(Jobs jobs, String job, long offset) {
        try {
            this.reader = jobs.openLog(job, offset);
        } catch (EngineException gone) {
            throw new DeployerException(
                    DeployerException.Kind.NOT_FOUND,
                    "there is no log of the job " + job + ": " + gone.getMessage(),
                    gone);
        }
    }

    @Override
    public byte[] read(Duration wait) throws InterruptedException {
        return reader.read(wait);
    }

    @Override
    public boolean ended() {
        return reader.ended();
    }

    @Override
    public long offset() {
        return reader.offset();
    }

    @Override
    public void close() {
        reader.close();
    }
}
