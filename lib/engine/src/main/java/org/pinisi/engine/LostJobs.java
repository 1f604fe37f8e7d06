package org.pinisi.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts in order what a crash left behind: rows of runs that never ended, and their logs.
final class LostJobs {
    private static final Logger LOG = LoggerFactory.getLogger(LostJobs.class);

    private LostJobs() {}

    static void close(Store store, JobFactory factory, InstantSource clock) {
        List<JobInfo> lost = store.closeLost(clock.instant());
        for (JobInfo job : lost) {
            LOG.warn("event=job-lost job={}", job.id());
            Path log = factory.logFile(job.id());
            byte[] line = LogSink.line(
                    clock, "lost: the program ended while this job was under way; it runs again under a new id");
            try {
                if (Files.exists(log)) {
                    Files.write(log, line, StandardOpenOption.APPEND);
                }
            } catch (IOException failure) {
                LOG.warn("event=lost-log-not-closed job={}", job.id(), failure);
            }
        }
    }
}
