package org.pinisi.deployer;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/// The book of runs and their steps. Every change is durable before [Changes] is signalled. A run that has
/// ended never changes again: what comes late for it is dropped, so an outcome that somebody was told stays
/// true.
final class Runs {
    private static final int MAX_TEXT = 4000;

    private final DeployStore store;
    private final InstantSource clock;
    private final Changes changes;

    Runs(DeployStore store, InstantSource clock, Changes changes) {
        this.store = store;
        this.clock = clock;
        this.changes = changes;
    }

    /// What a run is begun for.
    record Opening(String app, String branch, boolean deploys, String commit, String subject, Cause cause, String by) {}

    /// Begins a run and ends the older ones that it takes the place of: those of the app's deployment, or
    /// those of the same branch when the branch is only checked.
    Run open(Opening opening) {
        return open(opening, OptionalInt.empty());
    }

    /// The same for a release that somebody chose. A deployment's run is what the app wants from then on: both are one
    /// transaction, so that a crash cannot leave a run that nobody pursues.
    Run open(Opening opening, OptionalInt pinned) {
        Instant now = clock.instant();
        long id = store.write(tables -> {
            long fresh = insert(tables, opening, now);
            if (opening.deploys()) {
                want(tables, opening.app(), fresh, pinned);
            }
            String rivals = opening.deploys()
                    ? "SELECT id FROM run WHERE app = :app AND ended IS NULL AND id < :fresh AND (deploys OR branch = :branch)"
                    : "SELECT id FROM run WHERE app = :app AND ended IS NULL AND id < :fresh AND NOT deploys AND branch = :branch";
            List<Long> older = tables.createQuery(rivals)
                    .bind("app", opening.app())
                    .bind("fresh", fresh)
                    .bind("branch", opening.branch())
                    .mapTo(Long.class)
                    .list();
            String message = "superseded by " + abbreviate(opening.commit()) + " (run " + fresh + ")";
            older.forEach(run -> end(tables, run, Run.State.CANCELLED, message, OptionalInt.empty(), now));
            return fresh;
        });
        changes.signal();
        return get(id);
    }

    private static void want(Handle tables, String app, long run, OptionalInt pinned) {
        tables.createUpdate("UPDATE app SET wanted_run = :run, pinned = :pinned WHERE name = :app")
                .bind("app", app)
                .bind("run", run)
                .bind("pinned", pinned.isPresent() ? (Integer) pinned.getAsInt() : null)
                .execute();
    }

    private static long insert(Handle tables, Opening opening, Instant now) {
        return tables.createUpdate(
                        "INSERT INTO run (app, branch, deploys, commit_id, subject, cause, by, state, message, started)"
                                + " VALUES (:app, :branch, :deploys, :commit, :subject, :cause, :by, 'running', '', :now)")
                .bind("app", opening.app())
                .bind("branch", opening.branch())
                .bind("deploys", opening.deploys())
                .bind("commit", opening.commit())
                .bind("subject", opening.subject())
                .bind("cause", opening.cause().word())
                .bind("by", opening.by())
                .bind("now", now.toEpochMilli())
                .executeAndReturnGeneratedKeys()
                .mapTo(Long.class)
                .one();
    }

    /// Ends the run, unless it has ended. Steps that still run end with it.
    void end(long run, Run.State state, String message, OptionalInt release) {
        Instant now = clock.instant();
        boolean did = store.write(tables -> end(tables, run, state, message, release, now));
        if (did) {
            changes.signal();
        }
    }

    private static boolean end(
            Handle tables, long run, Run.State state, String message, OptionalInt release, Instant now) {
        int rows = tables.createUpdate("UPDATE run SET state = :state, message = :message, ended = :now,"
                        + " release = coalesce(:release, release) WHERE id = :run AND ended IS NULL")
                .bind("state", word(state))
                .bind("message", cut(message))
                .bind("now", now.toEpochMilli())
                .bind("release", release.isPresent() ? (Integer) release.getAsInt() : null)
                .bind("run", run)
                .execute();
        if (rows == 0) {
            return false;
        }
        String rest = state == Run.State.FAILED ? "failed" : "cancelled";
        tables.createUpdate("UPDATE step SET state = :state, ended = :now WHERE run = :run AND state = 'running'")
                .bind("state", state == Run.State.LIVE || state == Run.State.CHECKED ? "done" : rest)
                .bind("now", now.toEpochMilli())
                .bind("run", run)
                .execute();
        return true;
    }

    void release(long run, int release) {
        store.write(tables -> tables.createUpdate("UPDATE run SET release = :release WHERE id = :run AND ended IS NULL")
                .bind("release", release)
                .bind("run", run)
                .execute());
        changes.signal();
    }

    /// Begins a step; one that the run has already (a job that runs again after a restart) begins anew in
    /// its place.
    void begin(long run, String name, String detail, @Nullable String job) {
        Instant now = clock.instant();
        store.write(tables -> {
            if (!isOpen(tables, run)) {
                return 0;
            }
            tables.createUpdate(
                            "DELETE FROM step WHERE run = :run AND position >= coalesce((SELECT position FROM step WHERE run"
                                    + " = :run AND name = :name), 1000)")
                    .bind("run", run)
                    .bind("name", name)
                    .execute();
            return insertStep(tables, run, name, "running", detail, job, now, null);
        });
        changes.signal();
    }

    /// Notes a step that had nothing to do.
    void unchanged(long run, String name, String detail) {
        Instant now = clock.instant();
        store.write(tables -> {
            boolean there = tables.createQuery("SELECT count(*) FROM step WHERE run = :run AND name = :name")
                            .bind("run", run)
                            .bind("name", name)
                            .mapTo(Integer.class)
                            .one()
                    > 0;
            return there || !isOpen(tables, run)
                    ? 0
                    : insertStep(tables, run, name, "unchanged", detail, null, now, now);
        });
        changes.signal();
    }

    /// Ends a running step of an open run.
    void finish(long run, String name, Step.State state, String detail) {
        Instant now = clock.instant();
        store.write(tables -> tables.createUpdate(
                        "UPDATE step SET state = :state, detail = :detail, ended = :now WHERE run = :run AND name = :name"
                                + " AND state = 'running'")
                .bind("state", word(state))
                .bind("detail", cut(detail))
                .bind("now", now.toEpochMilli())
                .bind("run", run)
                .bind("name", name)
                .execute());
        changes.signal();
    }

    private static int insertStep(
            Handle tables,
            long run,
            String name,
            String state,
            String detail,
            @Nullable String job,
            Instant started,
            @Nullable Instant ended) {
        return tables.createUpdate(
                        "INSERT INTO step (run, position, name, state, detail, job, started, ended) VALUES (:run,"
                                + " (SELECT coalesce(max(position), 0) + 1 FROM step WHERE run = :run), :name, :state, :detail, :job,"
                                + " :started, :ended)")
                .bind("run", run)
                .bind("name", name)
                .bind("state", state)
                .bind("detail", cut(detail))
                .bind("job", job)
                .bind("started", started.toEpochMilli())
                .bind("ended", ended == null ? null : (Long) ended.toEpochMilli())
                .execute();
    }

    private static boolean isOpen(Handle tables, long run) {
        return tables.createQuery("SELECT count(*) FROM run WHERE id = :run AND ended IS NULL")
                        .bind("run", run)
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    /// Keeps the drawing of the pipeline as it was, for the page of a run that has ended.
    void graph(long run, String drawing) {
        store.write(tables -> tables.createUpdate("UPDATE run SET graph = :graph WHERE id = :run")
                .bind("graph", drawing)
                .bind("run", run)
                .execute());
    }

    Optional<String> graph(long run) {
        return store.read(tables -> tables.createQuery("SELECT graph FROM run WHERE id = :run AND graph IS NOT NULL")
                .bind("run", run)
                .mapTo(String.class)
                .findOne());
    }

    /// @throws DeployerException of kind NOT_FOUND
    Run get(long id) {
        return find(id).orElseThrow(() -> DeployerException.notFound("there is no run " + id));
    }

    Optional<Run> find(long id) {
        return store.read(tables -> tables.createQuery("SELECT * FROM run WHERE id = :id")
                .bind("id", id)
                .map((row, _) -> run(row))
                .findOne());
    }

    /// The newest first, of one app or of all when `app` is empty.
    List<Run> list(Optional<String> app, int limit) {
        String where = app.isPresent() ? " WHERE app = :app" : "";
        return store.read(tables -> {
            org.jdbi.v3.core.statement.Query query = tables.createQuery(
                            "SELECT * FROM run" + where + " ORDER BY id DESC LIMIT :limit")
                    .bind("limit", limit);
            app.ifPresent(name -> query.bind("app", name));
            return query.map((row, _) -> run(row)).list();
        });
    }

    /// Those that have not ended, the oldest first.
    List<Run> open() {
        return store.read(tables -> tables.createQuery("SELECT * FROM run WHERE ended IS NULL ORDER BY id")
                .map((row, _) -> run(row))
                .list());
    }

    List<Step> steps(long run) {
        return store.read(tables -> tables.createQuery("SELECT * FROM step WHERE run = :run ORDER BY position")
                .bind("run", run)
                .map((row, _) -> step(row))
                .list());
    }

    private static Run run(ResultSet row) throws SQLException {
        int release = row.getInt("release");
        OptionalInt number = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(release);
        return new Run(
                row.getLong("id"),
                row.getString("app"),
                row.getString("branch"),
                row.getBoolean("deploys"),
                row.getString("commit_id"),
                row.getString("subject"),
                Cause.valueOf(row.getString("cause").toUpperCase(Locale.ROOT)),
                row.getString("by"),
                Run.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("message"),
                number,
                Instant.ofEpochMilli(row.getLong("started")),
                instant(row, "ended"));
    }

    private static Step step(ResultSet row) throws SQLException {
        return new Step(
                row.getInt("position"),
                row.getString("name"),
                Step.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("detail"),
                Optional.ofNullable(row.getString("job")),
                Instant.ofEpochMilli(row.getLong("started")),
                instant(row, "ended"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String abbreviate(String commit) {
        return commit.substring(0, Math.min(7, commit.length()));
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + " …";
    }
}
