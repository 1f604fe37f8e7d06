package org.pinisi.engine;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Makes jobs and knows those that have not ended. Safe for any number of threads.
final class JobFactory {
    private static final DateTimeFormatter PATH =
            DateTimeFormatter.ofPattern("uuuu-MM-dd/HHmmss").withZone(ZoneOffset.UTC);

    /// What a job needs of the engine.
    record Surroundings(
            InstantSource clock,
            RandomGenerator random,
            Path logFolder,
            long logLimit,
            Confirmation confirmation,
            Store store,
            Executor executor) {}

    private final Surroundings surroundings;
    private final Job.Events events;
    private final JobTask.Ends ends;
    private final Map<String, Job> live = new ConcurrentHashMap<>();

    JobFactory(Surroundings surroundings, Job.Events events, JobTask.Ends ends) {
        this.surroundings = surroundings;
        this.events = events;
        this.ends = ends;
    }

    Job make(Operation.Request request, boolean urgent) {
        InstantSource clock = surroundings.clock();
        String random = HexFormat.of().toHexDigits(surroundings.random().nextInt());
        String id = PATH.format(clock.instant()) + "-" + request.id() + "-" + random;
        JobInfo info = new JobInfo(
                id,
                request.id(),
                Texts.stored(request.key()),
                request.description(),
                0,
                JobState.READY,
                false,
                clock.instant(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        LogSink log = new LogSink(logFile(id), clock, surroundings.logLimit());
        Job job = new Job(info, urgent, log, clock, surroundings.confirmation(), events);
        live.put(id, job);
        return job;
    }

    void launch(Job job, Operation.Request request) {
        JobTask task = new JobTask(job, request, surroundings.store(), surroundings.clock(), (ended, end) -> {
            live.remove(ended.id());
            ends.ended(ended, end);
        });
        surroundings.executor().execute(task);
    }

    Path logFile(String id) {
        return surroundings.logFolder().resolve(id + ".log");
    }

    @Nullable
    Job find(String id) {
        return live.get(id);
    }

    List<Job> live() {
        return live.values().stream()
                .sorted(Comparator.comparing((Job job) -> job.info().created()).thenComparing(Job::id))
                .toList();
    }
}
